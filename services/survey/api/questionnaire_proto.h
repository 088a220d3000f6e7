// Questionnaires on the wire and in the domain.

#ifndef VG_SERVICES_SURVEY_API_QUESTIONNAIRE_PROTO_H_
#define VG_SERVICES_SURVEY_API_QUESTIONNAIRE_PROTO_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/survey/domain/questionnaire.h"
#include "services/survey/storage/questionnaire_store.h"
#include "voortgang/survey/v1/questionnaire.pb.h"

namespace vg::survey {

// INVALID_ARGUMENT for a bound that is no number; `prefix` comes before the names of fields
// ("content.").
absl::StatusOr<Questionnaire> FromProto(const voortgang::survey::v1::Questionnaire& content,
                                        std::string_view prefix);

// Writes what comes out of calculations into `content`, which `questionnaire` was read from and
// which can be published. False, and nothing is written, if it has none.
bool TellResults(const Questionnaire& questionnaire, voortgang::survey::v1::Questionnaire& content);

voortgang::survey::v1::QuestionnaireVersion ToProto(const PublishedQuestionnaire& published);

LocalizedText FromProto(const voortgang::type::v1::LocalizedText& text);
void ToProto(const LocalizedText& text, voortgang::type::v1::LocalizedText& out);

struct VersionRef {
  std::string questionnaire;
  int version = 0;  // 0: the newest.
};

// Reads "questionnaires/q/versions/3"; "versions/latest" only if `latest_allowed`.
// INVALID_ARGUMENT (MALFORMED_NAME) on `field`.
absl::StatusOr<VersionRef> ParseVersionName(std::string_view name, std::string_view field,
                                            bool latest_allowed);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_QUESTIONNAIRE_PROTO_H_
