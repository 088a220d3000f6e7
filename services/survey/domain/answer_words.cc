#include "services/survey/domain/answer_words.h"

#include <algorithm>

namespace vg::survey {

using expression::Kind;
using expression::Value;

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string_view KindWords(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kChoice:
      return "choice";
    case AnswerKind::kChoices:
      return "choices";
    case AnswerKind::kNumber:
      return "number";
    case AnswerKind::kDate:
      return "date";
    case AnswerKind::kText:
      return "text";
    case AnswerKind::kMatrix:
      return "matrix";
    case AnswerKind::kRanking:
      return "ranking";
    case AnswerKind::kRepeat:
      return "repeat";
  }
  return "text";
}

std::string TextOf(Value& value, const CompiledQuestion& calculation) {
  switch (value.kind()) {
    case Kind::kNumber:
      value = Value::Number(value.number().Round(calculation.decimals, Rounding::kHalfEven));
      return value.number().ToText();
    case Kind::kBool:
      return value.bool_value() ? "true" : "false";
    default:
      return value.text();
  }
}

}  // namespace vg::survey
