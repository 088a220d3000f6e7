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
#include "services/report/domain/publication.h"

namespace vg::report {

// An edition with its message as the API writes it, which does not hold what changes: the store
// does not look into it.
struct EditionRecord {
  std::string id;     // "2022-04"
  std::string month;  // "2022-04-01"
  Publication publication;
  std::string digest;
  std::string content;
};

// Words an answer about a record, to be kept under the id of the request.
using MakeAnswer = absl::FunctionRef<std::string(const EditionRecord& record)>;

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
  absl::StatusOr<std::optional<std::string>> FindAnswer(const requests::Request& request);

  // Keeps a draft with its files in place of an earlier one. If the edition is embargoed or
  // published with the same digest nothing changes. Returns the answer about what is there now.
  // FAILED_PRECONDITION: EDITION_PUBLISHED, EDITION_EMBARGOED. ALREADY_EXISTS: REQUEST_ID_REUSED.
  absl::StatusOr<std::string> Keep(const EditionRecord& record, const std::vector<File>& files,
                                   const requests::Request& request, absl::Time now,
                                   MakeAnswer answer);

  // Sets from when the world may see an edition to what `decide` says of it and of the edition that
  // it revises (null if there is none); no time makes it a draft. Returns the answer about what is
  // there then. NOT_FOUND; ALREADY_EXISTS; what `decide` returns.
  using Decide = absl::FunctionRef<absl::StatusOr<std::optional<absl::Time>>(
      const EditionRecord& record, const Publication* revised)>;
  absl::StatusOr<std::string> SetPublication(const std::string& id,
                                             const requests::Request& request, absl::Time now,
                                             Decide decide, MakeAnswer answer);

  // NOT_FOUND.
  absl::StatusOr<EditionRecord> Get(const std::string& id);

  // By month, newest first, then by id: those after the position (`month`, `id`), or from the start
  // if it is empty. At most `limit`.
  absl::StatusOr<std::vector<EditionRecord>> List(const std::string& month, const std::string& id,
                                                  size_t limit);
  // The same, those that the world may see at `now` only, from the start.
  absl::StatusOr<std::vector<EditionRecord>> ListPublic(absl::Time now, size_t limit);

  // The files of an edition by path; empty if there is no such edition.
  absl::StatusOr<std::map<std::string, FileRecord>> Files(const std::string& edition);

  // NOT_FOUND.
  absl::StatusOr<std::string> Bytes(const std::string& sha256);

 private:
  sql::Database& database_;
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_STORAGE_EDITION_STORE_H_
