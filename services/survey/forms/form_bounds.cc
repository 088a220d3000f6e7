#include "services/survey/forms/form_bounds.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

#include "common/status/absl_view.h"
#include "services/survey/forms/xpath.h"

namespace vg::survey {
namespace {

constexpr int kLongestText = 10'000;

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

// "function(.) <= 3": the three; nothing if it says anything else.
std::optional<int64_t> MostOf(const XPathNode& node, std::string_view function) {
  if (node.kind != XPathNode::Kind::kOperator || node.text != "<=") return std::nullopt;
  const XPathNode& count = node.parts[0];
  if (count.kind != XPathNode::Kind::kCall || count.text != function || count.parts.size() != 1 ||
      count.parts[0].kind != XPathNode::Kind::kSelf) {
    return std::nullopt;
  }
  const std::optional<Exact> most = Literal(node.parts[1]);
  return most ? most->ToInt64() : std::nullopt;
}

// Changes nothing if `node` says anything but bounds.
bool TakeAll(const XPathNode& node, QuestionType& type) {
  if (auto* number = std::get_if<NumberInput>(&type)) {
    NumberInput bounded = *number;
    if (!TakeBound(node, bounded)) return false;
    *number = std::move(bounded);
    return true;
  }
  if (auto* text = std::get_if<TextInput>(&type)) {
    const std::optional<int64_t> most = MostOf(node, "string-length");
    if (!most || *most < 1 || *most > kLongestText) return false;
    text->max_length = static_cast<int>(*most);
    return true;
  }
  const std::optional<int64_t> most = MostOf(node, "count-selected");
  if (!most || *most < 1) return false;
  if (auto* multiple = std::get_if<MultipleChoice>(&type)) {
    if (*most > static_cast<int64_t>(multiple->options.size())) return false;
    multiple->max_choices = static_cast<int>(*most);
    return true;
  }
  if (auto* ranking = std::get_if<RankingInput>(&type)) {
    if (*most > static_cast<int64_t>(ranking->options.size())) return false;
    ranking->top = static_cast<int>(*most);
    return true;
  }
  return false;
}

// At the place where it stands, so that a fault in it is told there.
std::string InPlace(const std::string& source, const XPathNode& part) {
  return std::string(part.offset, ' ') + source.substr(part.offset, part.end - part.offset);
}

}  // namespace

std::string TakeBounds(std::string_view constraint, QuestionType& type) {
  const std::string source = StraightQuotes(constraint);
  const auto tree = ParseXPath(source);
  const auto* node = std::get_if<XPathNode>(&tree);
  if (node == nullptr || node->kind != XPathNode::Kind::kOperator) return std::string(constraint);
  if (TakeAll(*node, type)) return {};
  if (node->text == "and" && TakeAll(node->parts[0], type)) {
    return InPlace(source, node->parts[1]);
  }
  return std::string(constraint);
}

std::string TakeStatedBounds(std::string_view constraint, std::string_view stated,
                             QuestionType& type) {
  const std::string source = StraightQuotes(constraint);
  const auto tree = ParseXPath(source);
  const auto* node = std::get_if<XPathNode>(&tree);
  if (node == nullptr || node->kind != XPathNode::Kind::kOperator || node->text != "and") {
    return std::string(constraint);
  }
  const XPathNode& bounds = node->parts[0];
  const std::string_view written = std::string_view(source).substr(0, bounds.end);
  if (absl::StripAsciiWhitespace(Av(written)) != Av(stated) || !TakeAll(bounds, type)) {
    return std::string(constraint);
  }
  return InPlace(source, node->parts[1]);
}

void LeaveLength(std::string_view constraint, QuestionType& type) {
  auto* const text = std::get_if<TextInput>(&type);
  if (text == nullptr) return;
  QuestionType bounded = type;
  TakeBounds(constraint, bounded);
  const bool longer = std::get<TextInput>(bounded).max_length > TextInput::kDefaultLength;
  if (longer) text->max_length = kLongestText;
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
