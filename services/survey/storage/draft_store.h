// Where drafts of questionnaires live.

#ifndef VG_SERVICES_SURVEY_STORAGE_DRAFT_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_DRAFT_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/requests/request_log.h"
#include "common/sql/database.h"

namespace vg::survey {

struct StoredDraft {
  std::string id;        // The questionnaire's.
  int64_t revision = 0;  // One more with every save.
  std::string content;   // The caller's bytes.
  absl::Time update_time;

  std::string name() const { return "questionnaires/" + id + "/draft"; }
};

// Inside a transaction, as publishing needs them. Nothing if there is no draft.
absl::StatusOr<std::optional<StoredDraft>> FindDraft(sql::Transaction& transaction,
                                                     std::string_view id);
absl::Status DeleteDraft(sql::Transaction& transaction, std::string_view id);

// Thread-safe. Every method is one transaction.
class DraftStore {
 public:
  // Whether the caller knows the draft as it is. Called inside the transaction.
  using Check = absl::FunctionRef<absl::Status(const std::optional<StoredDraft>&)>;
  // Writes the answer to a request, to be kept with its id.
  using Encode = absl::FunctionRef<std::string(const StoredDraft&)>;

  explicit DraftStore(sql::Database& database) : database_(database) {}

  // Puts `content` in the place of what is there, if `check` agrees, and returns the encoding of
  // what is there then. The same content changes nothing.
  absl::StatusOr<std::string> Save(std::string_view id, std::string_view content,
                                   const requests::Request& request, absl::Time now, Check check,
                                   Encode encode);
  // NOT_FOUND.
  absl::StatusOr<StoredDraft> Get(std::string_view id);
  // By questionnaire, after `after`, at most `limit`.
  absl::StatusOr<std::vector<StoredDraft>> List(std::string_view after, size_t limit);
  // One that is not there is no error.
  absl::Status Delete(std::string_view id, Check check);

 private:
  sql::Database& database_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_DRAFT_STORE_H_
