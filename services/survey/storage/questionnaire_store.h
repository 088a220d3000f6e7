// Where published questionnaires live.

#ifndef VG_SERVICES_SURVEY_STORAGE_QUESTIONNAIRE_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_QUESTIONNAIRE_STORE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "services/survey/domain/unit.h"
#include "services/survey/storage/draft_store.h"

namespace vg::survey {

struct PublishedQuestionnaire {
  std::string id;
  int version = 0;
  Role role = Role::kSchoolLeader;
  std::string digest;
  std::string content;  // The caller's bytes.
  absl::Time publish_time;
};

// What is to become the next version.
struct Publication {
  PublishedQuestionnaire version;  // Its number and time do not count.
  // Bytes that are kept with the version: how it relates to the one before it, and what of that
  // the publisher stated.
  std::string comparisons;
  std::string statements;
};

// Thread-safe. Every method is one transaction.
class QuestionnaireStore {
 public:
  // Writes the answer to a request, to be kept with its id.
  using Encode = absl::FunctionRef<std::string(const PublishedQuestionnaire&)>;
  // Makes what is to be published from the newest version, if there is one, and the draft, if that
  // is what is published. Called inside the transaction.
  using Prepare = absl::FunctionRef<absl::StatusOr<Publication>(
      const std::optional<PublishedQuestionnaire>& newest, const StoredDraft* draft)>;

  explicit QuestionnaireStore(sql::Database& database) : database_(database) {}

  // Adds what `prepare` makes as the next version, or finds the newest version to be the same, and
  // returns its encoding. With `from_draft` the draft goes; NOT_FOUND if there is none.
  // ALREADY_EXISTS (OTHER_COMPARISONS) if the newest version is the same, but not what is stated
  // of it; stating nothing is no other statement.
  absl::StatusOr<std::string> Publish(std::string_view id, bool from_draft,
                                      const requests::Request& request, absl::Time now,
                                      Prepare prepare, Encode encode);

  // The version; 0 means the newest. NOT_FOUND.
  absl::StatusOr<PublishedQuestionnaire> Get(std::string_view id, int version);

  // By id and version, after the given position, at most `limit`; `id` empty: of all.
  absl::StatusOr<std::vector<PublishedQuestionnaire>> List(std::string_view id,
                                                           std::string_view after_id,
                                                           int after_version, size_t limit);

  // The comparisons that are kept with the versions after `after`, up to `last`, by version. Those
  // that were published without are not there.
  absl::StatusOr<std::map<int, std::string>> Comparisons(std::string_view id, int after, int last);

 private:
  sql::Database& database_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_QUESTIONNAIRE_STORE_H_
