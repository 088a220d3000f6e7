// Where editions and their files are kept.

#ifndef VG_SERVICES_REPORT_STORAGE_EDITION_STORE_H_
#define VG_SERVICES_REPORT_STORAGE_EDITION_STORE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "services/report/domain/edition.h"

namespace vg::report {

// An edition with its message as the API writes it; the store does not look into that.
struct EditionRecord {
  std::string id;     // "2022-04"
  std::string month;  // "2022-04-01"
  bool published = false;
  std::string digest;
  std::string content;
};

// A file without its bytes.
struct FileRecord {
  std::string media_type;
  std::string sha256;
};

// Thread-safe; every method is one transaction. UNAVAILABLE means that the call may be repeated.
class EditionStore {
 public:
  explicit EditionStore(sql::Database& database) : database_(database) {}

  // What was answered to `request` before, if anything. ALREADY_EXISTS: REQUEST_ID_REUSED.
  absl::StatusOr<std::optional<std::string>> FindAnswer(const requests::Request& request,
                                                        absl::Time now);

  // Keeps a draft with its files in place of an earlier one, and returns its content. If the
  // edition is published with the same digest, what is published is returned and nothing changes.
  // FAILED_PRECONDITION: EDITION_PUBLISHED. ALREADY_EXISTS: REQUEST_ID_REUSED.
  absl::StatusOr<std::string> Keep(const EditionRecord& record, const std::vector<File>& files,
                                   const requests::Request& request, absl::Time now);

  // Publishes an edition: `publish` makes the published content of the draft's. If it is published
  // already, what is published is returned. NOT_FOUND; ALREADY_EXISTS; what `publish` returns.
  using MakePublished = absl::FunctionRef<absl::StatusOr<std::string>(const std::string& draft)>;
  absl::StatusOr<std::string> Publish(const std::string& id, const requests::Request& request,
                                      absl::Time now, MakePublished publish);

  // NOT_FOUND.
  absl::StatusOr<EditionRecord> Get(const std::string& id);

  // By month, newest first, then by id: those after the position (`month`, `id`), or from the start
  // if it is empty. At most `limit`.
  absl::StatusOr<std::vector<EditionRecord>> List(const std::string& month, const std::string& id,
                                                  size_t limit);
  // The same, published ones only, from the start.
  absl::StatusOr<std::vector<EditionRecord>> ListPublished(size_t limit);

  // The files of an edition by path; empty if there is no such edition.
  absl::StatusOr<std::map<std::string, FileRecord>> Files(const std::string& edition);

  // NOT_FOUND.
  absl::StatusOr<std::string> Bytes(const std::string& sha256);

 private:
  sql::Database& database_;
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_STORAGE_EDITION_STORE_H_
