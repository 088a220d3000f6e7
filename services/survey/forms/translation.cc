#include "services/survey/forms/translation.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/expression/expression.h"
#include "common/expression/value.h"
#include "common/numeric/exact.h"
#include "common/status/absl_view.h"

namespace vg::survey {
namespace {

using Kind = FormField::Kind;

constexpr size_t kMostBytes = expression::Limits::kSourceBytes;

// How tightly a text binds, as the parser of the expression language sees it.
enum Level { kCondition, kOr, kAnd, kComparison, kSum, kProduct, kUnary, kPrimary };

struct Term {
  std::string text;
  Level level = kPrimary;
  Kind kind = Kind::kBool;
  bool optional = false;             // May be absent.
  const FormField* field = nullptr;  // Of a reference.
  bool column = false;               // Of a choice filter.
  std::optional<std::string> literal;
};

std::string Quoted(std::string_view text) {
  return expression::Value::Text(std::string(text)).ToText();
}

std::string At(const Term& term, Level level) {
  return term.level < level ? absl::StrCat("(", term.text, ")") : term.text;
}

std::string Method(const Term& term, std::string_view call) {
  return absl::StrCat(At(term, kPrimary), ".", Av(call));
}

bool IsTextual(const Term& term) {
  return term.kind == Kind::kText || term.kind == Kind::kDate || term.kind == Kind::kChoice;
}

std::optional<Exact> NumberOf(std::string_view text) {
  const absl::StatusOr<Exact> number = Exact::FromDecimal(text);
  return number.ok() ? std::optional<Exact>(*number) : std::nullopt;
}

// After the first fault every function returns something and nobody looks at it.
class Translator {
 public:
  Translator(std::string_view source, const TranslationScope& scope)
      : source_(source), scope_(scope) {}

  // Where `absent_is_false`, a condition that comes to nothing counts as not met.
  Term Condition(const XPathNode& node, bool absent_is_false) {
    if (node.kind == XPathNode::Kind::kOperator && (node.text == "and" || node.text == "or")) {
      const bool both = node.text == "and";
      const Level level = both ? kAnd : kOr;
      const Term a = Condition(node.parts[0], absent_is_false);
      const Term b = Condition(node.parts[1], absent_is_false);
      return {
          absl::StrCat(At(a, level), both ? " && " : " || ", At(b, static_cast<Level>(level + 1))),
          level, Kind::kBool, a.optional || b.optional};
    }
    Term term = Value(node, absent_is_false);
    if (term.kind == Kind::kBool) return term;
    if (term.kind == Kind::kNumber && term.literal) {
      const std::optional<Exact> number = NumberOf(*term.literal);
      return {number && !number->IsZero() ? "true" : "false", kPrimary, Kind::kBool};
    }
    Fail(node, "this is no condition; compare it with something");
    return term;
  }

  Term Value(const XPathNode& node, bool absent_is_false = false) {
    Term term = fault_ ? Term() : Translate(node, absent_is_false);
    if (term.text.size() > kMostBytes) return Fail(node, "it is too long here");
    return term;
  }

  std::optional<ExpressionFault> fault() && { return std::move(fault_); }
  // Whether something was asked of absent answers.
  bool total() const { return total_; }

 private:
  Term Translate(const XPathNode& node, bool absent_is_false) {
    switch (node.kind) {
      case XPathNode::Kind::kNumber:
        return {node.text, kPrimary, Kind::kNumber, false, nullptr, false, node.text};
      case XPathNode::Kind::kText:
        return {Quoted(node.text), kPrimary, Kind::kText, false, nullptr, false, node.text};
      case XPathNode::Kind::kReference:
        return Reference(node, /*as_list=*/false);
      case XPathNode::Kind::kSelf:
        if (scope_.self == nullptr) return Fail(node, "'.' has no meaning here");
        return {scope_.self->id, kPrimary, Seen(*scope_.self), false, scope_.self};
      case XPathNode::Kind::kName:
        return Name(node);
      case XPathNode::Kind::kNegative: {
        const Term term = Number(node.parts[0]);
        Term out{"-" + At(term, kUnary), kUnary, Kind::kNumber, term.optional};
        if (term.literal) out.literal = "-" + *term.literal;
        return out;
      }
      case XPathNode::Kind::kOperator:
        return Operator(node, absent_is_false);
      case XPathNode::Kind::kCall:
        return Call(node, absent_is_false);
    }
    return {};
  }

  Term Fail(const XPathNode& node, std::string sentence) {
    if (!fault_) fault_ = FaultAt(source_, node.offset, node.end, std::move(sentence));
    return {};
  }

  // A calculated condition is kept as text.
  static Kind Seen(const FormField& field) {
    return field.kind == Kind::kBool ? Kind::kText : field.kind;
  }

  // `decision` where the comparison comes to nothing.
  Term Decided(Term comparison, bool decision, bool absent_is_false) {
    if (!comparison.optional || (absent_is_false && !decision)) return comparison;
    total_ = true;
    return {Method(comparison, decision ? "orValue(true)" : "orValue(false)"), kPrimary,
            Kind::kBool};
  }

  Term Or(const Term& term, std::string_view fallback) {
    if (!term.optional) return term;
    total_ = true;
    Term out = term;
    out.text = Method(term, absl::StrCat("orValue(", Av(fallback), ")"));
    out.level = kPrimary;
    out.optional = false;
    return out;
  }

  Term Reference(const XPathNode& node, bool as_list) {
    const FormField* const field = scope_.find(node.text);
    if (field == nullptr) {
      return Fail(node, absl::StrCat("there is no question \"", node.text, "\""));
    }
    if (field == scope_.self) return {field->id, kPrimary, Seen(*field), false, field};
    const bool inside = field->group.empty() || field->group == scope_.group;
    if (as_list) {
      if (inside) return Fail(node, "this is no question of a repeat before it");
      return {absl::StrCat(field->group, ".", field->id), kPrimary, Seen(*field), true, field};
    }
    if (!inside) {
      return Fail(node, absl::StrCat("\"", node.text,
                                     "\" has an answer per repeat; use sum(), min() or max()"));
    }
    if (field->kind == Kind::kOther) {
      return Fail(node, absl::StrCat("rules cannot read \"", node.text, "\""));
    }
    return {field->id, kPrimary, Seen(*field), true, field};
  }

  Term Name(const XPathNode& node) {
    if (scope_.has_column) {
      if (node.text == "name") return {"option_id", kPrimary, Kind::kText, false, nullptr, true};
      if (scope_.has_column(node.text)) {
        return {"option." + node.text, kPrimary, Kind::kText, false, nullptr, true};
      }
      return Fail(node, absl::StrCat("the choices have no column \"", node.text, "\""));
    }
    return Fail(node, absl::StrCat("\"", node.text, "\" has no meaning here; a question is ${",
                                   node.text, "}"));
  }

  // A choice whose names are numbers, as a number; empty if they are not.
  static std::string ChoiceAsNumber(const Term& term) {
    std::string text;
    size_t left = term.field->options.size();
    if (left > 20) return {};
    for (const auto& [name, id] : term.field->options) {
      const std::optional<Exact> number = NumberOf(name);
      if (!number) return {};
      if (--left > 0) absl::StrAppend(&text, term.text, " == ", Quoted(id), " ? ");
      absl::StrAppend(&text, number->ToText(), left > 0 ? " : " : "");
    }
    return text;
  }

  Term Number(const XPathNode& node) { return AsNumber(node, Value(node)); }

  Term AsNumber(const XPathNode& node, Term term) {
    if (fault_ || term.kind == Kind::kNumber) return term;
    if (term.kind == Kind::kChoice && term.field != nullptr) {
      std::string text = ChoiceAsNumber(term);
      if (!text.empty()) return {std::move(text), kCondition, Kind::kNumber, term.optional};
    }
    if (term.literal) {
      const std::optional<Exact> number = NumberOf(*term.literal);
      if (number && number->ToDecimal()) {
        const std::string text = *number->ToDecimal();
        return {text, text[0] == '-' ? kUnary : kPrimary, Kind::kNumber, false, nullptr, false,
                text};
      }
    }
    return Fail(node, "this is no number");
  }

  // A text, '' where there is none.
  Term Text(const XPathNode& node) {
    const Term term = Value(node);
    if (fault_ || IsTextual(term)) return Or(term, "''");
    return Fail(node, "this is no text");
  }

  Term Operator(const XPathNode& node, bool absent_is_false) {
    const std::string& op = node.text;
    if (op == "and" || op == "or") return Condition(node, absent_is_false);
    if (op == "mod") return Fail(node, "there is no counterpart of mod");
    if (op == "+" || op == "-" || op == "*" || op == "div") {
      const Term a = Number(node.parts[0]);
      const Term b = Number(node.parts[1]);
      const Level level = op == "+" || op == "-" ? kSum : kProduct;
      return {absl::StrCat(At(a, level), " ", op == "div" ? "/" : op, " ",
                           At(b, static_cast<Level>(level + 1))),
              level, Kind::kNumber, a.optional || b.optional};
    }
    return Comparison(node, absent_is_false);
  }

  static Term Compared(const Term& a, std::string_view op, const Term& b) {
    return {absl::StrCat(At(a, kSum), " ", Av(op), " ", At(b, kSum)), kComparison, Kind::kBool,
            a.optional || b.optional};
  }

  Term Comparison(const XPathNode& node, bool absent_is_false) {
    const std::string op = node.text == "=" ? "==" : node.text;
    const bool equality = op == "==" || op == "!=";
    const bool unequal = op == "!=";
    Term a = Value(node.parts[0]);
    Term b = Value(node.parts[1]);
    if (fault_) return {};
    if (equality && (IsEmptyText(a) || IsEmptyText(b))) {
      return Emptiness(node, IsEmptyText(a) ? b : a, !unequal);
    }
    if (equality && (a.kind == Kind::kChoices || b.kind == Kind::kChoices)) {
      const Term& list = a.kind == Kind::kChoices ? a : b;
      const Term only = Option(node, list, a.kind == Kind::kChoices ? b : a);
      Term one{absl::StrCat("size(", list.text, ") == 1 && ", At(only, kSum), " in ", list.text),
               kAnd, Kind::kBool, list.optional};
      one = Decided(std::move(one), false, absent_is_false && !unequal);
      return unequal ? Not(one) : one;
    }
    const bool numeric = a.kind == Kind::kNumber || b.kind == Kind::kNumber;
    if (numeric || (!equality && !(a.kind == Kind::kDate || b.kind == Kind::kDate))) {
      // One option whose name is that number.
      const bool choice_is = equality && (a.kind == Kind::kChoice || b.kind == Kind::kChoice) &&
                             (a.literal || b.literal);
      if (choice_is) {
        const Term& choice = a.kind == Kind::kChoice ? a : b;
        return Decided(Compared(choice, op, Option(node, choice, a.literal ? a : b)), unequal,
                       absent_is_false);
      }
      a = AsNumber(node.parts[0], std::move(a));
      b = AsNumber(node.parts[1], std::move(b));
      return Decided(Compared(a, op, b), unequal, absent_is_false);
    }
    if (a.kind == Kind::kBool && b.kind == Kind::kBool && equality) return Compared(a, op, b);
    if (!IsTextual(a) || !IsTextual(b)) return Fail(node, "these cannot be compared");
    if (a.kind == Kind::kDate || b.kind == Kind::kDate) {
      for (const Term& term : {a, b}) {
        absl::CivilDay day;
        if (term.literal &&
            (term.literal->size() != 10 || !absl::ParseCivilTime(Av(*term.literal), &day))) {
          return Fail(node, "a day is compared with a day, such as '2022-01-17'");
        }
      }
    }
    if (a.literal) a = Option(node, b, a);
    if (b.literal) b = Option(node, a, b);
    // Two that are both empty are equal.
    if (equality && a.optional && b.optional) {
      a = Or(a, "''");
      b = Or(b, "''");
    } else if (equality && (a.column || b.column)) {
      a = Or(a, "''");
      b = Or(b, "''");
    }
    return Decided(Compared(a, op, b), unequal, absent_is_false);
  }

  static bool IsEmptyText(const Term& term) { return term.literal && term.literal->empty(); }

  Term Emptiness(const XPathNode& node, const Term& term, bool empty) {
    if (term.column) {
      return {absl::StrCat(term.text, empty ? " == ''" : " != ''"), kComparison, Kind::kBool};
    }
    if (term.literal) return {term.literal->empty() == empty ? "true" : "false"};
    if (term.field == nullptr) return Fail(node, "only an answer can be compared with ''");
    total_ = true;
    std::string more;
    if (term.kind == Kind::kText) more = term.text + (empty ? " == ''" : " != ''");
    if (term.kind == Kind::kChoices) {
      more = absl::StrCat("size(", term.text, empty ? ") == 0" : ") > 0");
    }
    const std::string has = absl::StrCat(empty ? "!has(" : "has(", term.text, ")");
    if (more.empty()) return {has, empty ? kUnary : kPrimary, Kind::kBool};
    return {absl::StrCat(has, empty ? " || " : " && ", more), empty ? kOr : kAnd, Kind::kBool};
  }

  Term Not(const Term& term) {
    return {"!" + At(term, kUnary), kUnary, Kind::kBool, term.optional};
  }

  // `literal` as an option of the choice `of`; other terms as they are.
  Term Option(const XPathNode& node, const Term& of, const Term& literal) {
    if (!literal.literal) {
      if (IsTextual(literal)) return literal;
      return Fail(node, "this is no option");
    }
    if (of.column && scope_.option_id) {
      return {Quoted(scope_.option_id(*literal.literal)),
              kPrimary,
              Kind::kText,
              false,
              nullptr,
              false,
              literal.literal};
    }
    if (of.field == nullptr || of.field->options.empty()) return literal;
    const auto found = of.field->options.find(*literal.literal);
    if (found == of.field->options.end()) {
      return Fail(
          node, absl::StrCat("\"", *literal.literal, "\" is no option of \"", of.field->id, "\""));
    }
    return {Quoted(found->second), kPrimary, Kind::kText, false, nullptr, false, literal.literal};
  }

  Term Call(const XPathNode& node, bool absent_is_false) {
    const std::string& name = node.text;
    const size_t count = node.parts.size();
    const auto is = [&](std::string_view wanted, size_t least, size_t most) {
      return name == wanted && count >= least && count <= most;
    };
    if (is("true", 0, 0) || is("false", 0, 0)) return {name};
    if (is("not", 1, 1)) return Not(Condition(node.parts[0], false));
    if (is("selected", 2, 2)) return Selected(node, absent_is_false);
    if (is("count-selected", 1, 1)) {
      const Term list = Value(node.parts[0]);
      if (!fault_ && list.kind != Kind::kChoices) return Fail(node, "this is no list of choices");
      return Or({absl::StrCat("size(", list.text, ")"), kPrimary, Kind::kNumber, list.optional},
                "0");
    }
    if (is("if", 3, 3)) return If(node);
    if (is("coalesce", 2, 2)) {
      const Term a = Value(node.parts[0]);
      const Term b = Value(node.parts[1]);
      if (!fault_ && a.kind == Kind::kText && a.field != nullptr) {
        return Fail(node, "a text may be empty and there; use if(${q} = '', …)");
      }
      if (!fault_ && !(a.kind == b.kind || (IsTextual(a) && IsTextual(b)))) {
        return Fail(node, "both must be of one type");
      }
      total_ = true;
      return {Method(a, absl::StrCat("orValue(", b.text, ")")), kPrimary,
              a.kind == b.kind ? a.kind : Kind::kText, a.optional && b.optional};
    }
    if (is("int", 1, 1)) {
      const Term x = Number(node.parts[0]);
      return {absl::StrCat(At(x, kSum), " < 0 ? ceil(", x.text, ") : floor(", x.text, ")"),
              kCondition, Kind::kNumber, x.optional};
    }
    if (is("round", 1, 1)) {
      const Term x = Number(node.parts[0]);
      return {absl::StrCat("floor(", At(x, kSum), " + 0.5)"), kPrimary, Kind::kNumber, x.optional};
    }
    if (is("round", 2, 2) && node.parts[1].kind == XPathNode::Kind::kNumber) {
      const Term x = Number(node.parts[0]);
      return {absl::StrCat("round(", x.text, ", ", node.parts[1].text, ")"), kPrimary,
              Kind::kNumber, x.optional};
    }
    if (is("abs", 1, 1)) {
      const Term x = Number(node.parts[0]);
      return {absl::StrCat("abs(", x.text, ")"), kPrimary, Kind::kNumber, x.optional};
    }
    if (is("number", 1, 1)) return Number(node.parts[0]);
    if (is("string", 1, 1)) return Text(node.parts[0]);
    if (is("date", 1, 1)) {
      Term day = Value(node.parts[0]);
      if (fault_ || day.kind == Kind::kDate || day.literal) {
        day.kind = Kind::kDate;
        return day;
      }
      return Fail(node, "this is no day");
    }
    if (is("string-length", 1, 1)) {
      const Term text = Value(node.parts[0]);
      if (!fault_ && text.kind != Kind::kText) return Fail(node, "this is no text");
      return Or({absl::StrCat("size(", text.text, ")"), kPrimary, Kind::kNumber, text.optional},
                "0");
    }
    if (is("concat", 1, 50)) {
      std::string text;
      for (const XPathNode& part : node.parts) {
        absl::StrAppend(&text, text.empty() ? "" : " + ", At(Text(part), kProduct));
      }
      return {std::move(text), kSum, Kind::kText};
    }
    static constexpr std::pair<std::string_view, std::string_view> kTextTests[] = {
        {"contains", "contains"}, {"starts-with", "startsWith"}, {"ends-with", "endsWith"}};
    for (const auto& [theirs, ours] : kTextTests) {
      if (!is(theirs, 2, 2)) continue;
      const Term a = Text(node.parts[0]);
      const Term b = Text(node.parts[1]);
      return {Method(a, absl::StrCat(Av(ours), "(", b.text, ")")), kPrimary, Kind::kBool};
    }
    if (is("sum", 1, 1) || is("min", 1, 1) || is("max", 1, 1)) {
      if (node.parts[0].kind != XPathNode::Kind::kReference) {
        return Fail(node, absl::StrCat(name, " wants a question of a repeat"));
      }
      const Term list = Reference(node.parts[0], /*as_list=*/true);
      if (!fault_ && list.kind != Kind::kNumber) return Fail(node, "this is no number");
      const Term out{absl::StrCat(name, "(", list.text, ")"), kPrimary, Kind::kNumber, true};
      return name == "sum" ? Or(out, "0") : out;
    }
    if (is("min", 2, 50) || is("max", 2, 50)) {
      std::string text;
      bool optional = false;
      for (const XPathNode& part : node.parts) {
        const Term x = Number(part);
        optional = optional || x.optional;
        absl::StrAppend(&text, text.empty() ? "" : ", ", x.text);
      }
      return {absl::StrCat(name, "(", text, ")"), kPrimary, Kind::kNumber, optional};
    }
    return Fail(node, absl::StrCat("there is no counterpart of ", name, "() with ", count,
                                   count == 1 ? " argument" : " arguments"));
  }

  Term Selected(const XPathNode& node, bool absent_is_false) {
    const Term list = Value(node.parts[0]);
    const Term value = Value(node.parts[1]);
    if (fault_) return {};
    if (list.kind != Kind::kChoices && list.kind != Kind::kChoice) {
      return Fail(node, "this is no choice");
    }
    const Term option = Option(node, list, value);
    Term out{absl::StrCat(list.kind == Kind::kChoices
                              ? absl::StrCat(At(option, kSum), " in ", list.text)
                              : absl::StrCat(list.text, " == ", At(option, kSum))),
             kComparison, Kind::kBool, list.optional || option.optional};
    return Decided(std::move(out), false, absent_is_false);
  }

  Term If(const XPathNode& node) {
    const Term condition = Condition(node.parts[0], false);
    const Term a = Value(node.parts[1]);
    const Term b = Value(node.parts[2]);
    if (fault_) return {};
    if (a.kind != b.kind && !(IsTextual(a) && IsTextual(b))) {
      return Fail(node, "both values must be of one type; for no value use relevant");
    }
    if (a.kind == Kind::kChoices) return Fail(node, "a list of choices is no value");
    return {absl::StrCat(At(condition, kOr), " ? ", At(a, kOr), " : ", b.text), kCondition,
            a.kind == b.kind ? a.kind : Kind::kText, a.optional || b.optional};
  }

  const std::string_view source_;
  const TranslationScope& scope_;
  std::optional<ExpressionFault> fault_;
  bool total_ = false;
};

template <typename Translate>
std::variant<Translated, ExpressionFault> Run(std::string_view written,
                                              const TranslationScope& scope,
                                              const Translate& translate) {
  const std::string source = StraightQuotes(written);
  std::variant<XPathNode, ExpressionFault> tree = ParseXPath(source);
  if (auto* fault = std::get_if<ExpressionFault>(&tree)) return std::move(*fault);
  Translator translator(source, scope);
  const Term term = translate(translator, std::get<XPathNode>(tree));
  std::string text = term.text;
  if (scope.self != nullptr && translator.total()) {
    text = absl::StrCat("!has(", scope.self->id, ") || ", At(term, kAnd));
  }
  if (auto fault = std::move(translator).fault()) return *std::move(fault);
  return Translated{std::move(text), term.kind};
}

}  // namespace

std::variant<Translated, ExpressionFault> TranslateCondition(std::string_view source,
                                                             const TranslationScope& scope) {
  return Run(source, scope, [](Translator& translator, const XPathNode& tree) {
    return translator.Condition(tree, /*absent_is_false=*/true);
  });
}

std::variant<Translated, ExpressionFault> TranslateConstraint(std::string_view source,
                                                              const TranslationScope& scope) {
  return Run(source, scope, [](Translator& translator, const XPathNode& tree) {
    return translator.Condition(tree, /*absent_is_false=*/false);
  });
}

std::variant<Translated, ExpressionFault> TranslateValue(std::string_view source,
                                                         const TranslationScope& scope) {
  return Run(source, scope,
             [](Translator& translator, const XPathNode& tree) { return translator.Value(tree); });
}

}  // namespace vg::survey
