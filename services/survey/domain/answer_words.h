// Answers as words and texts.

#ifndef VG_SERVICES_SURVEY_DOMAIN_ANSWER_WORDS_H_
#define VG_SERVICES_SURVEY_DOMAIN_ANSWER_WORDS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "common/expression/value.h"
#include "services/survey/domain/compiled_questionnaire.h"

namespace vg::survey {

inline constexpr size_t kMaxNumberLength = 40;    // Characters of a number.
inline constexpr size_t kMaxTextLength = 10'000;  // Characters of a computed text.

// The field of the Answer message: "choice".
std::string_view KindWords(AnswerKind kind);

// In Unicode characters.
size_t CountCharacters(std::string_view text);

// What a calculation came to, as the answer that is kept. A number is rounded, also in `value`.
std::string TextOf(expression::Value& value, const CompiledQuestion& calculation);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_ANSWER_WORDS_H_
