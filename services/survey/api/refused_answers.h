// Why a response was refused, in a form that may be kept.

#ifndef VG_SERVICES_SURVEY_API_REFUSED_ANSWERS_H_
#define VG_SERVICES_SURVEY_API_REFUSED_ANSWERS_H_

#include <string>

#include "services/survey/domain/response_checker.h"
#include "voortgang/survey/v1/response.pb.h"

namespace vg::survey {

inline constexpr int kMaxRefusedAnswers = 50;

// The violations of `verdict` about `sent`, at most kMaxRefusedAnswers, as a serialized Refusal
// with nothing but its answers. What a respondent sent is left out of it: fields and sentences end
// where they would quote an answer.
std::string RefusedAnswers(const voortgang::survey::v1::Response& sent, const Verdict& verdict,
                           const CompiledQuestionnaire& questionnaire);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_REFUSED_ANSWERS_H_
