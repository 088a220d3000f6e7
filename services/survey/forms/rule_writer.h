// Writes the parts of a rule as parts of an expression of XLSForm. For xpath_writer.cc and its kin.

#ifndef VG_SERVICES_SURVEY_FORMS_RULE_WRITER_H_
#define VG_SERVICES_SURVEY_FORMS_RULE_WRITER_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/expression/syntax.h"
#include "services/survey/forms/xpath.h"
#include "services/survey/forms/xpath_part.h"
#include "services/survey/forms/xpath_writer.h"

namespace vg::survey {

// After the first fault every function returns something and nobody looks at it.
class RuleWriter {
 public:
  using Syntax = expression::Syntax;

  RuleWriter(std::string_view rule, const WritingScope& scope) : rule_(rule), scope_(scope) {}

  XPart Condition(const Syntax& node);
  XPart Write(const Syntax& node);
  std::optional<ExpressionFault> fault() && { return std::move(fault_); }

 private:
  using Kind = XPart::Kind;

  XPart Fail(const Syntax& node, std::string sentence);
  XPart WriteAny(const Syntax& node);
  static XPart Named(const WrittenName& name);
  XPart Literal(const Syntax& node);
  XPart Unary(const Syntax& node);
  XPart Operator(const Syntax& node);
  XPart Logic(const Syntax& node);
  XPart Arithmetic(const Syntax& node, const std::vector<XPart>& parts);
  // A function of all parts.
  XPart Joined(std::string_view function, const std::vector<XPart>& parts, Kind kind = Kind::kText);
  // Present where all are; nothing where one is nothing.
  static void Gather(const std::vector<XPart>& parts, XPart& out);
  XPart Compared(const Syntax& node, const XPart& a, const std::string& op, const XPart& b);
  XPart In(const Syntax& node);
  XPart Choose(const Syntax& node);
  XPart Index(const Syntax& node);

  // Functions (rule_writer_calls.cc).
  XPart Call(const Syntax& node);
  XPart OrValue(const Syntax& node, const std::vector<XPart>& parts);
  XPart Size(const Syntax& node, const XPart& of);
  // Of what all instances of a repeat answer.
  XPart OfList(const Syntax& node, const XPart& list);
  XPart Matches(const Syntax& node, const std::vector<XPart>& parts);

  const std::string_view rule_;
  const WritingScope& scope_;
  std::optional<ExpressionFault> fault_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_RULE_WRITER_H_
