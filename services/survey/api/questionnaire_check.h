// Everything that stands in the way of publishing a questionnaire.

#ifndef VG_SERVICES_SURVEY_API_QUESTIONNAIRE_CHECK_H_
#define VG_SERVICES_SURVEY_API_QUESTIONNAIRE_CHECK_H_

#include "absl/status/statusor.h"

#include "services/survey/domain/questionnaire.h"
#include "voortgang/survey/v1/questionnaire.pb.h"

namespace vg::survey {

// The questionnaire, if it can be published. INVALID_ARGUMENT with one violation per fault, in the
// order of the questionnaire, on fields below "content": what breaks the rules of its fields, and
// what makes it unanswerable (see CompiledQuestionnaire::Compile).
absl::StatusOr<Questionnaire> CheckQuestionnaire(
    const voortgang::survey::v1::Questionnaire& content);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_QUESTIONNAIRE_CHECK_H_
