// The types of questions, made ready for checking answers.

#ifndef VG_SERVICES_SURVEY_DOMAIN_QUESTION_TYPES_H_
#define VG_SERVICES_SURVEY_DOMAIN_QUESTION_TYPES_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/questionnaire.h"

namespace vg::survey {

// Takes what is wrong at a place, by a code and in a sentence.
using TellFault = absl::FunctionRef<void(const std::string& place, std::string_view reason,
                                         std::string sentence)>;

// Reads what the question at `place` ("sections[1].questions[3]") asks, without its rules, into
// `out`.
void ReadType(const Question& question, const std::string& place, TellFault fault,
              CompiledQuestion& out);

// The options of a question that has them; null for the others.
const std::vector<Option>* OptionsOf(const Question& question);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_QUESTION_TYPES_H_
