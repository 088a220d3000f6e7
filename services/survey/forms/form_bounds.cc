#include "services/survey/forms/form_bounds.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

#include "common/status/absl_view.h"
#include "services/survey/forms/xpath.h"

namespace vg::survey {
namespace {

std::optional<Exact> Literal(const XPathNode& node) {
  const bool negative = node.kind == XPathNode::Kind::kNegative;
  const XPathNode& number = negative ? node.parts[0] : node;
  if (number.kind != XPathNode::Kind::kNumber) return std::nullopt;
  const absl::StatusOr<Exact> value = Exact::FromDecimal(number.text);
  if (!value.ok()) return std::nullopt;
  return negative ? -*value : *value;
}

bool TakeBound(const XPathNode& node, NumberInput& number) {
  if (node.kind != XPathNode::Kind::kOperator) return false;
  if (node.text == "and") {
    return TakeBound(node.parts[0], number) && TakeBound(node.parts[1], number);
  }
  if (node.parts[0].kind != XPathNode::Kind::kSelf) return false;
  const std::optional<Exact> bound = Literal(node.parts[1]);
  // Of whole numbers the next one, where the bound itself is left out.
  const bool whole = bound && number.decimals == 0 && bound->IsInteger();
  if (!bound) return false;
  if ((node.text == ">=" || (node.text == ">" && whole)) && !number.min) {
    number.min = node.text == ">" ? *bound + Exact(1) : *bound;
    return true;
  }
  if ((node.text == "<=" || (node.text == "<" && whole)) && !number.max) {
    number.max = node.text == "<" ? *bound - Exact(1) : *bound;
    return true;
  }
  return false;
}

}  // namespace

bool TakeBounds(std::string_view constraint, QuestionType& type) {
  const auto tree = ParseXPath(StraightQuotes(constraint));
  const auto* node = std::get_if<XPathNode>(&tree);
  if (node == nullptr || node->kind != XPathNode::Kind::kOperator) return false;
  if (auto* number = std::get_if<NumberInput>(&type)) {
    NumberInput bounded = *number;
    if (!TakeBound(*node, bounded)) return false;
    *number = std::move(bounded);
    return true;
  }
  auto* const multiple = std::get_if<MultipleChoice>(&type);
  if (multiple == nullptr || node->text != "<=") return false;
  const XPathNode& count = node->parts[0];
  const std::optional<Exact> most = Literal(node->parts[1]);
  if (count.kind != XPathNode::Kind::kCall || count.text != "count-selected" ||
      count.parts.size() != 1 || count.parts[0].kind != XPathNode::Kind::kSelf || !most) {
    return false;
  }
  const std::optional<int64_t> whole = most->ToInt64();
  if (!whole || *whole < 1 || *whole > static_cast<int64_t>(multiple->options.size())) return false;
  multiple->max_choices = static_cast<int>(*whole);
  return true;
}

bool ReadRange(std::string_view parameters, NumberInput& number) {
  std::map<std::string, std::string> values = {{"start", "1"}, {"end", "10"}, {"step", "1"}};
  const std::string tidy =
      absl::StrReplaceAll(Av(parameters), {{" = ", "="}, {";", " "}, {",", " "}});
  for (const auto part : absl::StrSplit(tidy, ' ', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> value = absl::StrSplit(part, absl::MaxSplits('=', 1));
    values[value.first] = value.second;
  }
  const absl::StatusOr<Exact> start = Exact::FromDecimal(values["start"]);
  const absl::StatusOr<Exact> end = Exact::FromDecimal(values["end"]);
  const absl::StatusOr<Exact> step = Exact::FromDecimal(values["step"]);
  if (!start.ok() || !end.ok() || !step.ok()) return false;
  number.min = *start;
  number.max = *end;
  for (int decimals = 0; decimals <= 6; ++decimals) {
    // Every step from a start that has no more decimals than the steps.
    if (*step == PowerOfTen(-decimals) && (*start / *step).IsInteger()) {
      number.decimals = decimals;
      return true;
    }
  }
  return false;
}

}  // namespace vg::survey
