#include "services/survey/forms/translation.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/expression/expression.h"
#include "common/expression/value.h"
#include "common/numeric/exact.h"
#include "common/status/absl_view.h"
#include "services/survey/forms/translator.h"

namespace vg::survey {
namespace {

using Kind = FormField::Kind;

constexpr size_t kMostBytes = expression::Limits::kSourceBytes;
// A choice whose names are numbers, written out.
constexpr size_t kMostNumberedOptions = 20;
// A choice whose options have other names in the form, written out.
constexpr size_t kMostNames = 50;

std::optional<Exact> NumberOf(std::string_view text) {
  const absl::StatusOr<Exact> number = Exact::FromDecimal(text);
  return number.ok() ? std::optional<Exact>(*number) : std::nullopt;
}

// A calculated condition is kept as text.
Kind Seen(const FormField& field) { return field.kind == Kind::kBool ? Kind::kText : field.kind; }

// A choice whose names are numbers, as a number; empty if they are not.
std::string ChoiceAsNumber(const Term& term) {
  if (term.field->options.size() > kMostNumberedOptions) return {};
  std::map<std::string, std::string> numbers;
  for (const auto& [name, id] : term.field->options) {
    const std::optional<Exact> number = NumberOf(name);
    if (!number) return {};
    numbers[name] = number->ToText();
  }
  return WrittenOut(term, numbers, kNoNumber);
}

bool IsRenamed(const Term& term) {
  if (term.column) return term.renamed;
  const bool choice = term.kind == Kind::kChoice || term.kind == Kind::kChoices;
  if (!choice || term.field == nullptr) return false;
  return std::any_of(term.field->options.begin(), term.field->options.end(),
                     [](const auto& option) { return option.first != option.second; });
}

}  // namespace

std::string Quoted(std::string_view text) {
  return expression::Value::Text(std::string(text)).ToText();
}

std::string At(const Term& term, Term::Level level) {
  return term.level < level ? absl::StrCat("(", term.text, ")") : term.text;
}

std::string Method(const Term& term, std::string_view call) {
  return absl::StrCat(At(term, Term::kPrimary), ".", Av(call));
}

bool IsTextual(const Term& term) {
  return term.kind == Kind::kText || term.kind == Kind::kDate || term.kind == Kind::kChoice;
}

bool IsFreeText(const Term& term) {
  return term.kind == Kind::kText && !term.literal && !term.column;
}

std::string WrittenOut(const Term& choice, const std::map<std::string, std::string>& parts,
                       std::string_view otherwise) {
  std::string text;
  size_t left = parts.size();
  for (const auto& [name, part] : parts) {
    // The last needs no asking, except where nothing else would ask whether there is an answer.
    const bool asks = --left > 0 || parts.size() == 1;
    if (asks) {
      absl::StrAppend(&text, choice.text, " == ", Quoted(choice.field->options.at(name)), " ? ");
    }
    absl::StrAppend(&text, part, asks ? " : " : "");
  }
  return parts.size() == 1 ? absl::StrCat(text, Av(otherwise)) : text;
}

Term Translator::Condition(const XPathNode& node, bool absent_is_false) {
  if (node.kind == XPathNode::Kind::kOperator && (node.text == "and" || node.text == "or")) {
    const bool both = node.text == "and";
    const Term::Level level = both ? Term::kAnd : Term::kOr;
    const Term a = Condition(node.parts[0], absent_is_false);
    const Term b = Condition(node.parts[1], absent_is_false);
    return {absl::StrCat(At(a, level), both ? " && " : " || ",
                         At(b, static_cast<Term::Level>(level + 1))),
            level, Kind::kBool, a.optional || b.optional};
  }
  Term term = Value(node, absent_is_false);
  if (term.kind == Kind::kBool) return term;
  if (term.kind == Kind::kNumber && term.literal) {
    const std::optional<Exact> number = NumberOf(*term.literal);
    return {number && !number->IsZero() ? "true" : "false", Term::kPrimary, Kind::kBool};
  }
  Fail(node, "this is no condition; compare it with something");
  return term;
}

Term Translator::Value(const XPathNode& node, bool absent_is_false) {
  Term term = fault_ ? Term() : Translate(node, absent_is_false);
  if (term.text.size() > kMostBytes) return Fail(node, "it is too long here");
  return term;
}

Term Translator::Translate(const XPathNode& node, bool absent_is_false) {
  switch (node.kind) {
    case XPathNode::Kind::kNumber:
      return {node.text, Term::kPrimary, Kind::kNumber, false, nullptr, false, node.text};
    case XPathNode::Kind::kText:
      return {Quoted(node.text), Term::kPrimary, Kind::kText, false, nullptr, false, node.text};
    case XPathNode::Kind::kReference:
      return Reference(node);
    case XPathNode::Kind::kSelf:
      if (scope_.self == nullptr) return Fail(node, "'.' has no meaning here");
      return {scope_.self->id, Term::kPrimary, Seen(*scope_.self), false, scope_.self};
    case XPathNode::Kind::kName:
      return Name(node);
    case XPathNode::Kind::kNegative: {
      const Term term = Number(node.parts[0]);
      Term out{"-" + At(term, Term::kUnary), Term::kUnary, Kind::kNumber, term.optional};
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

Term Translator::Fail(const XPathNode& node, std::string sentence) {
  if (!fault_) fault_ = FaultAt(source_, node.offset, node.end, std::move(sentence));
  return {};
}

Term Translator::Decided(Term comparison, bool decision, bool absent_is_false) {
  if (!comparison.optional || (absent_is_false && !decision)) return comparison;
  total_ = true;
  return {Method(comparison, decision ? "orValue(true)" : "orValue(false)"), Term::kPrimary,
          Kind::kBool};
}

Term Translator::Or(const Term& term, std::string_view fallback) {
  if (!term.optional) return term;
  total_ = true;
  Term out = term;
  out.text = Method(term, absl::StrCat("orValue(", Av(fallback), ")"));
  out.level = Term::kPrimary;
  out.optional = false;
  return out;
}

Term Translator::Reference(const XPathNode& node) {
  const FormField* const field = scope_.find(node.text);
  if (field == nullptr) {
    return Fail(node, absl::StrCat("there is no question \"", node.text, "\""));
  }
  if (field == scope_.self) return {field->id, Term::kPrimary, Seen(*field), false, field};
  if (!field->group.empty() && field->group != scope_.group) {
    return Fail(node, absl::StrCat("\"", node.text,
                                   "\" has an answer per repeat; use sum(), min(), max() or "
                                   "count-non-empty()"));
  }
  if (field->kind == Kind::kOther || field->kind == Kind::kRepeat) {
    return Fail(node, absl::StrCat("rules cannot read \"", node.text, "\""));
  }
  return {field->id, Term::kPrimary, Seen(*field), true, field};
}

Term Translator::ListReference(const XPathNode& node) {
  const FormField* const field =
      node.kind == XPathNode::Kind::kReference ? scope_.find(node.text) : nullptr;
  if (field == nullptr || field->group.empty() || field->group == scope_.group) {
    return Fail(node, "this is no question of a repeat before it");
  }
  return {absl::StrCat(field->group, ".", field->id), Term::kPrimary, Seen(*field), true, field};
}

Term Translator::Column(std::string text, std::string_view name) const {
  Term column{std::move(text), Term::kPrimary, Kind::kText, false, nullptr, true};
  column.renamed = scope_.is_renamed && scope_.is_renamed(name);
  return column;
}

Term Translator::Name(const XPathNode& node) {
  if (scope_.has_column) {
    // Headings are kept in lower case.
    const std::string name = absl::AsciiStrToLower(node.text);
    if (name == "name") return Column("option_id", name);
    if (scope_.has_column(name)) return Column("option." + name, name);
    return Fail(node, absl::StrCat("the choices have no column \"", node.text, "\""));
  }
  return Fail(node, absl::StrCat("\"", node.text, "\" has no meaning here; a question is ${",
                                 node.text, "}"));
}

Term Translator::AsNumber(const XPathNode& node, Term term) {
  if (fault_ || term.kind == Kind::kNumber) return term;
  if (term.now) return Fail(node, "the time of the day is not known here; use today()");
  if (term.kind == Kind::kChoice && term.field != nullptr) {
    std::string text = ChoiceAsNumber(term);
    if (!text.empty()) return {std::move(text), Term::kCondition, Kind::kNumber, term.optional};
  }
  if (term.kind == Kind::kDate) {
    return {absl::StrCat("days(", term.text, ")"), Term::kPrimary, Kind::kNumber, term.optional};
  }
  if (term.literal) {
    if (term.literal->empty()) return {std::string(kNoNumber), Term::kPrimary, Kind::kNumber, true};
    const std::optional<Exact> number = NumberOf(*term.literal);
    if (number && number->ToDecimal()) {
      const std::string text = *number->ToDecimal();
      return {text,          text[0] == '-' ? Term::kUnary : Term::kPrimary,
              Kind::kNumber, false,
              nullptr,       false,
              text};
    }
  } else if (term.kind == Kind::kText) {
    return {absl::StrCat("number(", term.text, ")"), Term::kPrimary, Kind::kNumber, true};
  }
  return Fail(node, "this is no number");
}

Term Translator::Named(const XPathNode& node, Term term) {
  if (fault_ || term.kind == Kind::kChoices || !IsRenamed(term)) return term;
  if (term.column) return Fail(node, "values of this column have other names here");
  if (term.field->options.size() > kMostNames) {
    return Fail(node, absl::StrCat("more than ", kMostNames, " options have other names here"));
  }
  std::map<std::string, std::string> names;
  for (const auto& [name, id] : term.field->options) names[name] = Quoted(name);
  return {WrittenOut(term, names, "''"), Term::kCondition, Kind::kText, term.optional};
}

Term Translator::Text(const XPathNode& node) {
  const Term term = Named(node, Value(node));
  if (fault_ || (IsTextual(term) && !term.now)) return Or(term, "''");
  if (term.kind == Kind::kNumber && node.kind != XPathNode::Kind::kOperator) {
    if (term.literal) return {Quoted(*term.literal), Term::kPrimary, Kind::kText};
    // What is computed may have no end of decimals; it is kept with six.
    const std::string number =
        term.field == nullptr ? term.text : absl::StrCat("round(", term.text, ", 6)");
    return Or({absl::StrCat("text(", number, ")"), Term::kPrimary, Kind::kText, term.optional},
              "''");
  }
  return Fail(node, "this is no text");
}

Term Translator::Operator(const XPathNode& node, bool absent_is_false) {
  const std::string& op = node.text;
  if (op == "and" || op == "or") return Condition(node, absent_is_false);
  if (op == "+" || op == "-" || op == "*" || op == "div" || op == "mod") {
    const Term a = Number(node.parts[0]);
    const Term b = Number(node.parts[1]);
    if (op == "div" || op == "mod") return Divided(a, op == "div" ? "/" : "%", b);
    const Term::Level level = op == "*" ? Term::kProduct : Term::kSum;
    return {absl::StrCat(At(a, level), " ", op, " ", At(b, static_cast<Term::Level>(level + 1))),
            level, Kind::kNumber, a.optional || b.optional};
  }
  return Comparison(node, absent_is_false);
}

Term Translator::Divided(const Term& a, std::string_view op, const Term& b) {
  // 15 % -x would be 0.15 - x.
  const Term::Level right = op == "%" ? Term::kPrimary : Term::kUnary;
  std::string text = absl::StrCat(At(a, Term::kProduct), " ", Av(op), " ", At(b, right));
  const std::optional<Exact> divisor = b.literal ? NumberOf(*b.literal) : std::nullopt;
  if (divisor && !divisor->IsZero()) {
    return {std::move(text), Term::kProduct, Kind::kNumber, a.optional};
  }
  return {absl::StrCat(At(b, Term::kSum), " != 0 ? ", text, " : ", Av(kNoNumber)), Term::kCondition,
          Kind::kNumber, true};
}

Term Translator::Option(const XPathNode& node, const Term& of, const Term& literal) {
  const auto option = [&](std::string_view id) {
    return Term{Quoted(id), Term::kPrimary, Kind::kText, false, nullptr, false, literal.literal};
  };
  if (!literal.literal) {
    const bool choice = literal.kind == Kind::kChoice || literal.column;
    if (!choice && IsRenamed(of)) {
      return Fail(node, "options have other names here; compare them with a choice");
    }
    if (IsTextual(literal)) return literal;
    return Fail(node, "this is no option");
  }
  if (of.column && scope_.option_id) return option(scope_.option_id(*literal.literal));
  if (of.field == nullptr || of.field->options.empty()) return literal;
  const auto found = of.field->options.find(*literal.literal);
  if (found == of.field->options.end()) {
    return Fail(node,
                absl::StrCat("\"", *literal.literal, "\" is no option of \"", of.field->id, "\""));
  }
  return option(found->second);
}

namespace {

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
    text = absl::StrCat("!has(", scope.self->id, ") || ", At(term, Term::kAnd));
  }
  if (auto fault = std::move(translator).fault()) return *std::move(fault);
  return Translated{std::move(text), term.kind, term.optional};
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
             [](Translator& translator, const XPathNode& tree) { return translator.Result(tree); });
}

}  // namespace vg::survey
