#include "services/survey/forms/xpath_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/expression/syntax.h"
#include "services/survey/forms/rule_writer.h"

namespace vg::survey {
namespace {

using expression::Syntax;
using Kind = XPart::Kind;
using WhenAbsent = XPart::WhenAbsent;

template <typename Write>
std::variant<std::string, ExpressionFault> Run(std::string_view rule, const WritingScope& scope,
                                               const Write& write) {
  const auto tree = expression::Parse(rule);
  if (const auto* fault = std::get_if<expression::Diagnostic>(&tree)) {
    return FaultAt(rule, static_cast<size_t>(fault->offset), rule.size(), fault->sentence);
  }
  RuleWriter writer(rule, scope);
  std::string text = write(writer, std::get<Syntax>(tree));
  if (auto fault = std::move(writer).fault()) return *std::move(fault);
  // Whoever reads the form reads so much and no more.
  const auto read = ParseXPath(text);
  if (const auto* fault = std::get_if<ExpressionFault>(&read)) {
    return FaultAt(rule, 0, rule.size(), fault->sentence);
  }
  return text;
}

}  // namespace

std::variant<std::string, ExpressionFault> WriteCondition(std::string_view rule,
                                                          const WritingScope& scope) {
  return Run(rule, scope, [](RuleWriter& writer, const Syntax& tree) {
    return writer.Condition(tree).holds.text();
  });
}

std::variant<std::string, ExpressionFault> WriteConstraint(std::string_view rule,
                                                           const WritingScope& scope) {
  return Run(rule, scope, [](RuleWriter& writer, const Syntax& tree) {
    const XPart part = writer.Condition(tree);
    return part.optional() ? Not(part.fails).text() : part.holds.text();
  });
}

std::variant<std::string, ExpressionFault> WriteValue(std::string_view rule,
                                                      const WritingScope& scope) {
  return Run(rule, scope, [](RuleWriter& writer, const Syntax& tree) {
    const XPart part = writer.Write(tree);
    if (part.kind == Kind::kBool) {
      const std::string otherwise =
          part.optional() ? absl::StrCat("if(", part.fails.text(), ", 'false', '')") : "'false'";
      return absl::StrCat("if(", part.holds.text(), ", 'true', ", otherwise, ")");
    }
    const bool by_itself = !part.optional() || part.when_absent == WhenAbsent::kNothing ||
                           part.when_absent == WhenAbsent::kEmpty;
    return by_itself ? part.text
                     : absl::StrCat("if(", part.present.text(), ", ", part.text, ", '')");
  });
}

}  // namespace vg::survey
