// Comparisons of XLSForm, which compare what is empty too.

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/status/absl_view.h"
#include "services/survey/forms/translator.h"

namespace vg::survey {
namespace {

using Kind = FormField::Kind;

bool IsEmptyText(const Term& term) { return term.literal && term.literal->empty(); }

bool IsDay(const std::string& text) {
  absl::CivilDay day;
  return text.size() == 10 && absl::ParseCivilTime(text, &day);
}

Term Compared(const Term& a, std::string_view op, const Term& b) {
  return {absl::StrCat(At(a, Term::kSum), " ", Av(op), " ", At(b, Term::kSum)), Term::kComparison,
          Kind::kBool, a.optional || b.optional};
}

// A moment lies after the day on which it is and before the next one.
std::optional<std::string> OfDays(const std::string& op, bool now_is_right) {
  if (op == "==" || op == "!=") return std::nullopt;
  if (op == (now_is_right ? "<" : "<=")) return now_is_right ? "<=" : "<";
  if (op == (now_is_right ? ">=" : ">")) return now_is_right ? ">" : ">=";
  return op;
}

}  // namespace

Term Translator::Comparison(const XPathNode& node, bool absent_is_false) {
  std::string op = node.text == "=" ? "==" : node.text;
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
    Term one{
        absl::StrCat("size(", list.text, ") == 1 && ", At(only, Term::kSum), " in ", list.text),
        Term::kAnd, Kind::kBool, list.optional};
    one = Decided(std::move(one), false, absent_is_false && !unequal);
    if (!unequal) return one;
    return {"!" + At(one, Term::kUnary), Term::kUnary, Kind::kBool, one.optional};
  }
  const bool numeric = a.kind == Kind::kNumber || b.kind == Kind::kNumber;
  const bool days = a.kind == Kind::kDate || b.kind == Kind::kDate;
  if (numeric || (!equality && !days)) {
    // One option whose name is that number.
    if (equality && (a.kind == Kind::kChoice || b.kind == Kind::kChoice) &&
        (a.literal || b.literal)) {
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
  // Choices and columns are compared by ids, which are one per name.
  if (IsFreeText(a)) b = Named(node.parts[1], std::move(b));
  if (IsFreeText(b)) a = Named(node.parts[0], std::move(a));
  if (fault_) return {};
  for (const Term& term : {a, b}) {
    if (days && term.literal && !IsDay(*term.literal)) {
      return Fail(node, "a day is compared with a day, such as '2022-01-17'");
    }
  }
  if (a.now != b.now) {
    const std::optional<std::string> of_days = OfDays(op, b.now);
    if (!of_days) return Fail(node, "no day is this very moment; use today()");
    op = *of_days;
  }
  if (a.literal) a = Option(node, b, a);
  if (b.literal) b = Option(node, a, b);
  // Two that are both empty are equal.
  if (equality && ((a.optional && b.optional) || a.column || b.column)) {
    a = Or(a, "''");
    b = Or(b, "''");
  }
  return Decided(Compared(a, op, b), unequal, absent_is_false);
}

Term Translator::Emptiness(const XPathNode& node, const Term& term, bool empty) {
  if (term.column) {
    return {absl::StrCat(term.text, empty ? " == ''" : " != ''"), Term::kComparison, Kind::kBool};
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
  if (more.empty()) return {has, empty ? Term::kUnary : Term::kPrimary, Kind::kBool};
  return {absl::StrCat(has, empty ? " || " : " && ", more), empty ? Term::kOr : Term::kAnd,
          Kind::kBool};
}

}  // namespace vg::survey
