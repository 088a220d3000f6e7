// Functions of a rule.

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "services/survey/forms/rule_writer.h"

namespace vg::survey {

using expression::Syntax;
using WhenAbsent = XPart::WhenAbsent;

XPart RuleWriter::Call(const Syntax& node) {
  const std::string& name = node.name;
  std::vector<XPart> parts;
  for (const Syntax& part : node.parts) {
    if (name == "exists" || name == "exists_one" || name == "all" || name == "filter" ||
        name == "map") {
      return Fail(node, "there is no counterpart in XLSForm");
    }
    parts.push_back(Write(part));
  }
  if (fault_ || parts.empty()) return Fail(node, "there is no counterpart in XLSForm");
  const XPart& first = parts[0];
  if (name == "has") return Total(first.present);
  if (name == "orValue") return OrValue(node, parts);
  if (name == "size" || name == "count") return Size(node, first);
  if (first.kind == Kind::kList) return OfList(node, first);
  if (name == "matches") return Matches(node, parts);
  if (name == "contains" || name == "startsWith" || name == "endsWith") {
    const std::string_view theirs = name == "contains"     ? "contains"
                                    : name == "startsWith" ? "starts-with"
                                                           : "ends-with";
    const XPart joined = Joined(theirs, parts);
    return Guarded(joined.present, {joined.text, XCondition::kPrimary});
  }
  if (name == "substring") return Joined("substr", parts);
  if (name == "min" || name == "max" || name == "abs") return Joined(name, parts, Kind::kNumber);
  if (name == "text") return Joined("string", parts);
  if (name == "date") return Joined("date", parts, Kind::kDate);
  if (name == "days") return Joined("number", parts, Kind::kNumber);
  if (name == "number") {
    XPart out = Joined("number", parts, Kind::kNumber);
    if (first.literal == "") {
      out.present = XCondition::Never();
      return out;
    }
    // What is no number is not equal to itself.
    out.present = {absl::StrCat(out.text, " = ", out.text), XCondition::kEquality};
    out.when_absent = WhenAbsent::kNothing;
    return out;
  }
  if (name == "round") {
    XPart out = Joined("round", parts, Kind::kNumber);
    if (parts.size() == 1) out.text = absl::StrCat("round(", first.text, ", 0)");
    return out;
  }
  if (name == "floor" || name == "ceil") {
    // int() goes towards zero.
    const std::string x = first.At(XCondition::kSum);
    const std::string whole = absl::StrCat("int(", first.text, ")");
    XPart out = Joined("int", parts, Kind::kNumber);
    out.text = absl::StrCat("if(", x, name == "floor" ? " < " : " > ", whole, ", ", whole,
                            name == "floor" ? " - 1, " : " + 1, ", whole, ")");
    return out;
  }
  return Fail(node, "there is no counterpart in XLSForm");
}

XPart RuleWriter::OrValue(const Syntax& node, const std::vector<XPart>& parts) {
  const XPart& value = parts[0];
  const XPart& otherwise = parts[1];
  if (value.kind == Kind::kBool) {
    XPart out{Kind::kBool};
    const XCondition absent = And(Not(value.holds), Not(value.fails));
    out.holds =
        otherwise.holds.always() ? Not(value.fails) : Or(value.holds, And(absent, otherwise.holds));
    out.fails =
        otherwise.fails.always() ? Not(value.holds) : Or(value.fails, And(absent, otherwise.fails));
    out.present = Or(value.present, otherwise.present);
    return out;
  }
  if (!value.optional()) return value;
  XPart out = value;
  out.present = Or(value.present, otherwise.present);
  const bool zero = value.when_absent == WhenAbsent::kZero && otherwise.literal == "0";
  const bool empty = value.when_absent == WhenAbsent::kEmpty && otherwise.literal == "";
  if (zero || empty) return out;
  if (!value.IsTextual() && value.kind != Kind::kNumber) {
    return Fail(node, "there is no counterpart in XLSForm");
  }
  const bool coalesces = value.kind == Kind::kNumber && value.when_absent == WhenAbsent::kNothing &&
                         absl::StartsWith(value.text, "${");
  out.text = coalesces ? absl::StrCat("coalesce(", value.text, ", ", otherwise.text, ")")
                       : absl::StrCat("if(", value.present.text(), ", ", value.text, ", ",
                                      otherwise.text, ")");
  out.level = XCondition::kPrimary;
  out.when_absent = otherwise.when_absent;
  return out;
}

XPart RuleWriter::Size(const Syntax& node, const XPart& of) {
  XPart out;
  const std::string_view function = of.kind == Kind::kChoices ? "count-selected"
                                    : of.kind == Kind::kText  ? "string-length"
                                    : of.kind == Kind::kList  ? "count-non-empty"
                                                              : "";
  if (function.empty()) return Fail(node, "there is no counterpart in XLSForm");
  out.text = absl::StrCat(Av(function), "(", of.text, ")");
  out.present = of.present;
  out.when_absent = of.kind == Kind::kText && of.when_absent != WhenAbsent::kEmpty
                        ? WhenAbsent::kSomething
                        : WhenAbsent::kZero;
  return out;
}

// Of what all instances of a repeat answer.
XPart RuleWriter::OfList(const Syntax& node, const XPart& list) {
  XPart out;
  if (node.name != "sum" && node.name != "min" && node.name != "max") {
    return Fail(node, "there is no counterpart in XLSForm");
  }
  out.text = absl::StrCat(node.name, "(", list.text, ")");
  out.present = {absl::StrCat("count-non-empty(", list.text, ") > 0"), XCondition::kRelation};
  out.when_absent = node.name == "sum" ? WhenAbsent::kZero : WhenAbsent::kSomething;
  return out;
}

XPart RuleWriter::Matches(const Syntax& node, const std::vector<XPart>& parts) {
  // XLSForm holds the whole text against the pattern.
  std::string pattern = parts[1].literal.value_or("");
  if (absl::StartsWith(pattern, "^(?:") && absl::EndsWith(pattern, ")$") &&
      pattern.find(")", 4) == pattern.size() - 2) {
    pattern = pattern.substr(4, pattern.size() - 6);
  } else {
    pattern = absl::StrCat("[\\s\\S]*(?:", pattern, ")[\\s\\S]*");
  }
  const std::optional<std::string> quoted = XQuoted(pattern);
  if (!quoted) return Fail(node, "a pattern with both kinds of quotes cannot be written");
  return Guarded(parts[0].present,
                 {absl::StrCat("regex(", parts[0].text, ", ", *quoted, ")"), XCondition::kPrimary});
}

}  // namespace vg::survey
