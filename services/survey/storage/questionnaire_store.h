// Where published questionnaires live.

#ifndef VG_SERVICES_SURVEY_STORAGE_QUESTIONNAIRE_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_QUESTIONNAIRE_STORE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "services/survey/domain/unit.h"

namespace vg::survey {

struct PublishedQuestionnaire {
  std::string id;
  int version = 0;
  Role role = Role::kSchoolLeader;
  std::string digest;
  std::string content;  // The caller's bytes.
  absl::Time publish_time;
};

// Thread-safe. Every method is one transaction.
class QuestionnaireStore {
 public:
  // Writes the answer to a request, to be kept with its id.
  using Encode = absl::FunctionRef<std::string(const PublishedQuestionnaire&)>;

  explicit QuestionnaireStore(sql::Database& database) : database_(database) {}

  // Adds `wanted` (whose version and time do not count) as the next version, or finds the newest
  // version to be the same, and returns its encoding.
  absl::StatusOr<std::string> Publish(const PublishedQuestionnaire& wanted,
                                      const requests::Request& request, absl::Time now,
                                      Encode encode);

  // The version; 0 means the newest. NOT_FOUND.
  absl::StatusOr<PublishedQuestionnaire> Get(std::string_view id, int version);

  // By id and version, after the given position, at most `limit`; `id` empty: of all.
  absl::StatusOr<std::vector<PublishedQuestionnaire>> List(std::string_view id,
                                                           std::string_view after_id,
                                                           int after_version, size_t limit);

 private:
  sql::Database& database_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_QUESTIONNAIRE_STORE_H_
