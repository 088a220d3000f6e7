#include "services/survey/forms/rule_writer.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/status/absl_view.h"

namespace vg::survey {
namespace {

using expression::Syntax;
using Kind = XPart::Kind;
using Level = XCondition::Level;
using WhenAbsent = XPart::WhenAbsent;

constexpr size_t kMostBytes = 16 << 10;

bool IsDay(const XPart& part) {
  absl::CivilDay day;
  return part.literal && part.literal->size() == 10 && absl::ParseCivilTime(*part.literal, &day);
}

// "question", "group.question", "today()", "group.count()"; empty if it is no such thing.
std::string NameOf(const Syntax& node) {
  if (node.kind == Syntax::Kind::kCall && node.parts.empty()) return node.name + "()";
  if (node.kind == Syntax::Kind::kName) return node.name;
  const bool method = node.kind == Syntax::Kind::kMethod && node.parts.size() == 1;
  if (node.kind != Syntax::Kind::kSelect && !method) return {};
  const std::string of = NameOf(node.parts[0]);
  return of.empty() ? of : absl::StrCat(of, ".", node.name, method ? "()" : "");
}

}  // namespace

XPart RuleWriter::Condition(const Syntax& node) {
  XPart part = Write(node);
  if (part.kind != Kind::kBool) Fail(node, "this is no condition");
  return part;
}

XPart RuleWriter::Write(const Syntax& node) {
  if (fault_) return {};
  XPart part = WriteAny(node);
  if (part.text.size() + part.holds.text().size() + part.fails.text().size() > kMostBytes) {
    return Fail(node, "it becomes too long");
  }
  return part;
}

XPart RuleWriter::Fail(const Syntax& node, std::string sentence) {
  if (!fault_) {
    fault_ = FaultAt(rule_, static_cast<size_t>(node.offset), static_cast<size_t>(node.end),
                     std::move(sentence));
  }
  return {};
}

XPart RuleWriter::WriteAny(const Syntax& node) {
  if (const std::string name = NameOf(node); !name.empty()) {
    if (const std::optional<WrittenName> found = scope_.find(name)) return Named(*found);
    if (node.kind == Syntax::Kind::kName) return Fail(node, "the form has no name for this");
  }
  switch (node.kind) {
    case Syntax::Kind::kLiteral:
      return Literal(node);
    case Syntax::Kind::kUnary:
      return Unary(node);
    case Syntax::Kind::kOperator:
      return Operator(node);
    case Syntax::Kind::kCondition:
      return Choose(node);
    case Syntax::Kind::kIndex:
      return Index(node);
    case Syntax::Kind::kCall:
    case Syntax::Kind::kMethod:
      return Call(node);
    default:
      return Fail(node, "there is no counterpart in XLSForm");
  }
}

XPart RuleWriter::Named(const WrittenName& name) {
  XPart part;
  part.text = name.text;
  part.when_absent = WhenAbsent::kNothing;
  if (name.optional) part.present = {name.text + " != ''", XCondition::kEquality};
  switch (name.kind) {
    case WrittenName::Kind::kNumber:
      break;
    case WrittenName::Kind::kText:
    case WrittenName::Kind::kChoice:
      part.kind = Kind::kText;
      part.when_absent = WhenAbsent::kEmpty;
      break;
    case WrittenName::Kind::kDate:
      part.kind = Kind::kDate;
      break;
    case WrittenName::Kind::kChoices:
      part.kind = Kind::kChoices;
      break;
    case WrittenName::Kind::kList:
      part.kind = Kind::kList;
      part.present = {absl::StrCat("count(", name.repeat, ") > 0"), XCondition::kRelation};
      break;
    case WrittenName::Kind::kRepeat:
      part.text = absl::StrCat("count(", name.text, ")");
      part.present = {part.text + " > 0", XCondition::kRelation};
      part.when_absent = WhenAbsent::kZero;
      break;
    case WrittenName::Kind::kBool:
      part.kind = Kind::kBool;
      part.holds = {name.text + " = 'true'", XCondition::kEquality};
      part.fails = {name.text + " = 'false'", XCondition::kEquality};
      break;
  }
  return part;
}

XPart RuleWriter::Literal(const Syntax& node) {
  const expression::Value& value = node.literal;
  if (value.kind() == expression::Kind::kBool) {
    return Total(value.bool_value() ? XCondition::Always() : XCondition::Never());
  }
  XPart part;
  if (value.kind() == expression::Kind::kNumber) {
    part.text = value.number().ToText();
    part.literal = part.text;
    return part;
  }
  const std::optional<std::string> quoted = XQuoted(value.text());
  if (!quoted) return Fail(node, "a text with both kinds of quotes cannot be written");
  part.kind = Kind::kText;
  part.text = *quoted;
  part.literal = value.text();
  return part;
}

XPart RuleWriter::Unary(const Syntax& node) {
  XPart part = Write(node.parts[0]);
  if (node.name == "!") {
    std::swap(part.holds, part.fails);
    return part;
  }
  part.text = "-" + part.At(XCondition::kUnary);
  part.level = XCondition::kUnary;
  part.literal.reset();
  return part;
}

XPart RuleWriter::Operator(const Syntax& node) {
  if (node.name == "&&" || node.name == "||") return Logic(node);
  if (node.name == "in") return In(node);
  std::vector<XPart> parts;
  for (const Syntax& part : node.parts) parts.push_back(Write(part));
  if (fault_) return {};
  if (node.name == "+" && parts[0].IsTextual()) return Joined("concat", parts);
  if (node.name == "+" || node.name == "-" || node.name == "*" || node.name == "/" ||
      node.name == "%") {
    return Arithmetic(node, parts);
  }
  return Compared(node, parts[0], node.name, parts[1]);
}

XPart RuleWriter::Logic(const Syntax& node) {
  const bool both = node.name == "&&";
  XPart out = Condition(node.parts[0]);
  for (size_t i = 1; i < node.parts.size(); ++i) {
    const XPart part = Condition(node.parts[i]);
    out.holds = both ? And(out.holds, part.holds) : Or(out.holds, part.holds);
    out.fails = both ? Or(out.fails, part.fails) : And(out.fails, part.fails);
    // What one side decides is something, whatever the other is.
    if (out.optional() || part.optional()) out.present = Or(out.holds, out.fails);
  }
  return out;
}

XPart RuleWriter::Arithmetic(const Syntax& node, const std::vector<XPart>& parts) {
  XPart out;
  out.level = node.name == "+" || node.name == "-" ? XCondition::kSum : XCondition::kProduct;
  const std::string op = node.name == "/" ? "div" : node.name == "%" ? "mod" : node.name;
  for (size_t i = 0; i < parts.size(); ++i) {
    absl::StrAppend(&out.text, i == 0 ? "" : absl::StrCat(" ", op, " "),
                    parts[i].At(i == 0 ? out.level : static_cast<Level>(out.level + 1)));
  }
  Gather(parts, out);
  return out;
}

XPart RuleWriter::Joined(std::string_view function, const std::vector<XPart>& parts, Kind kind) {
  XPart out{kind};
  for (const XPart& part : parts) {
    absl::StrAppend(&out.text, out.text.empty() ? "" : ", ", part.text);
  }
  out.text = absl::StrCat(Av(function), "(", out.text, ")");
  Gather(parts, out);
  if (kind != Kind::kNumber || function == "min" || function == "max") {
    if (out.optional()) out.when_absent = WhenAbsent::kSomething;
  }
  return out;
}

void RuleWriter::Gather(const std::vector<XPart>& parts, XPart& out) {
  for (const XPart& part : parts) {
    out.present = And(out.present, part.present);
    if (part.optional() && part.when_absent != WhenAbsent::kNothing) {
      out.when_absent = WhenAbsent::kSomething;
    }
  }
}

XPart RuleWriter::Compared(const Syntax& node, const XPart& a, const std::string& op,
                           const XPart& b) {
  if (fault_) return {};
  const bool equality = op == "==" || op == "!=";
  const bool numbers = a.kind == Kind::kNumber && b.kind == Kind::kNumber;
  const bool days = (a.kind == Kind::kDate || IsDay(a)) && (b.kind == Kind::kDate || IsDay(b)) &&
                    !(a.literal && b.literal);
  if (!numbers && !days && !(equality && a.IsTextual() && b.IsTextual())) {
    return Fail(node, "such a comparison has no counterpart");
  }
  // A text that is there is not empty.
  if (equality && (a.literal == "" || b.literal == "") && !(a.literal && b.literal)) {
    const XPart& of = a.literal ? b : a;
    XPart out{Kind::kBool};
    out.present = of.present;
    out.holds = XCondition::Never();
    out.fails = of.present;
    if (!of.optional()) out = Total({of.text + " = ''", XCondition::kEquality});
    if (op == "!=") std::swap(out.holds, out.fails);
    return out;
  }
  const Level level = equality ? XCondition::kEquality : XCondition::kRelation;
  const auto compare = [&](std::string_view with) {
    const auto side = [&](const XPart& part) {
      return days && part.literal ? absl::StrCat("date(", part.text, ")")
                                  : part.At(static_cast<Level>(level + 1));
    };
    return XCondition(absl::StrCat(side(a), " ", Av(with), " ", side(b)), level);
  };
  static constexpr std::pair<std::string_view, std::pair<std::string_view, std::string_view>>
      kOps[] = {{"==", {"=", "!="}}, {"!=", {"!=", "="}}, {"<", {"<", ">="}},
                {"<=", {"<=", ">"}}, {">", {">", "<="}},  {">=", {">=", "<"}}};
  for (const auto& [ours, theirs] : kOps) {
    if (ours != op) continue;
    XPart out{Kind::kBool};
    out.present = And(a.present, b.present);
    // An order of nothing and something is false by itself, and so is their equality.
    const bool by_itself =
        a.when_absent == WhenAbsent::kNothing && b.when_absent == WhenAbsent::kNothing;
    const bool one_there = !a.optional() || !b.optional();
    const auto guarded = [&](std::string_view with) {
      const bool safe = with == "="    ? one_there && (by_itself || a.IsTextual())
                        : with == "!=" ? false
                                       : by_itself;
      return safe ? compare(with) : And(out.present, compare(with));
    };
    out.holds = guarded(theirs.first);
    out.fails = guarded(theirs.second);
    return out;
  }
  return Fail(node, "such a comparison has no counterpart");
}

XPart RuleWriter::In(const Syntax& node) {
  const XPart element = Write(node.parts[0]);
  if (node.parts[1].kind == Syntax::Kind::kList) {
    XPart out{Kind::kBool};
    out.present = element.present;
    out.fails = XCondition::Always();
    for (const Syntax& each : node.parts[1].parts) {
      const XPart same = Compared(node, element, "==", Write(each));
      out.holds = Or(out.holds, same.holds);
      out.fails = And(out.fails, same.fails);
    }
    return out;
  }
  const XPart list = Write(node.parts[1]);
  if (!fault_ && list.kind != Kind::kChoices) {
    return Fail(node, "only choices can be asked what is among them");
  }
  const XCondition selected(absl::StrCat("selected(", list.text, ", ", element.text, ")"),
                            XCondition::kPrimary);
  XPart out = Guarded(And(element.present, list.present), selected);
  // Nothing is among no choices.
  out.holds = And(element.present, selected);
  return out;
}

XPart RuleWriter::Choose(const Syntax& node) {
  const XPart condition = Condition(node.parts[0]);
  const XPart a = Write(node.parts[1]);
  const XPart b = Write(node.parts[2]);
  if (a.kind != Kind::kBool && (a.present.never() || b.present.never())) {
    // What is nothing on one side is the other side, at which nobody looks where it is not chosen.
    XPart out = a.present.never() ? b : a;
    out.present = And(a.present.never() ? condition.fails : condition.holds, out.present);
    out.when_absent = WhenAbsent::kSomething;
    out.literal.reset();
    return out;
  }
  XPart out{a.kind};
  out.present = Or(And(condition.holds, a.present), And(condition.fails, b.present));
  if (!condition.optional() && !a.optional() && !b.optional()) out.present = XCondition::Always();
  if (a.kind == Kind::kBool) {
    out.holds = Or(And(condition.holds, a.holds), And(condition.fails, b.holds));
    out.fails = Or(And(condition.holds, a.fails), And(condition.fails, b.fails));
    return out;
  }
  out.text = absl::StrCat("if(", condition.holds.text(), ", ", a.text, ", ", b.text, ")");
  const bool nothing = !condition.optional() && a.when_absent == WhenAbsent::kNothing &&
                       b.when_absent == WhenAbsent::kNothing;
  if (!nothing) out.when_absent = WhenAbsent::kSomething;
  return out;
}

XPart RuleWriter::Index(const Syntax& node) {
  const XPart list = Write(node.parts[0]);
  const XPart place = Write(node.parts[1]);
  if (!fault_ && (list.kind != Kind::kChoices || place.kind != Kind::kNumber)) {
    return Fail(node, "only choices have places");
  }
  XPart out{Kind::kText};
  out.text = absl::StrCat("selected-at(", list.text, ", ", place.text, ")");
  out.present = And(place.present, {out.text + " != ''", XCondition::kEquality});
  out.when_absent = place.optional() ? WhenAbsent::kSomething : WhenAbsent::kEmpty;
  return out;
}

}  // namespace vg::survey
