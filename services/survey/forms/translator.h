// How expressions of XLSForm are translated, part by part. For translation.cc and its kin.

#ifndef VG_SERVICES_SURVEY_FORMS_TRANSLATOR_H_
#define VG_SERVICES_SURVEY_FORMS_TRANSLATOR_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/survey/forms/translation.h"
#include "services/survey/forms/xpath.h"

namespace vg::survey {

// A part that is translated.
struct Term {
  // How tightly its text binds, as the parser of the expression language sees it.
  enum Level { kCondition, kOr, kAnd, kComparison, kSum, kProduct, kUnary, kPrimary };

  std::string text;
  Level level = kPrimary;
  FormField::Kind kind = FormField::Kind::kBool;
  bool optional = false;             // May be absent.
  const FormField* field = nullptr;  // Of a reference.
  bool column = false;               // Of a choice filter.
  std::optional<std::string> literal = {};
  bool now = false;      // A moment of the day; its text is the day.
  bool renamed = false;  // Of a column: its values have other names in the form.
};

// A number that is not there, of whatever unit.
inline constexpr std::string_view kNoNumber = "number('')";

// `text` as a literal of the expression language.
std::string Quoted(std::string_view text);
// In parentheses where it binds less than `level`.
std::string At(const Term& term, Term::Level level);
// "term.call".
std::string Method(const Term& term, std::string_view call);
bool IsTextual(const Term& term);
// A text that is no option and no value of a column.
bool IsFreeText(const Term& term);
// What belongs to the option that is chosen, of `parts` by names of the form; `otherwise` if it is
// none of them.
std::string WrittenOut(const Term& choice, const std::map<std::string, std::string>& parts,
                       std::string_view otherwise);

// After the first fault every function returns something and nobody looks at it.
class Translator {
 public:
  Translator(std::string_view source, const TranslationScope& scope)
      : source_(source), scope_(scope) {}

  // Where `absent_is_false`, a condition that comes to nothing counts as not met.
  Term Condition(const XPathNode& node, bool absent_is_false);
  Term Value(const XPathNode& node, bool absent_is_false = false);
  // What a calculation comes to.
  Term Result(const XPathNode& node) { return Named(node, Value(node)); }

  std::optional<ExpressionFault> fault() && { return std::move(fault_); }
  // Whether something was asked of absent answers.
  bool total() const { return total_; }

 private:
  friend struct Calls;

  Term Translate(const XPathNode& node, bool absent_is_false);
  Term Fail(const XPathNode& node, std::string sentence);

  Term Reference(const XPathNode& node);
  // A question of a repeat group, after the group: the list of its answers.
  Term ListReference(const XPathNode& node);
  Term Name(const XPathNode& node);
  Term Column(std::string text, std::string_view name) const;
  Term Operator(const XPathNode& node, bool absent_is_false);
  Term Comparison(const XPathNode& node, bool absent_is_false);
  Term Emptiness(const XPathNode& node, const Term& term, bool empty);
  Term Call(const XPathNode& node, bool absent_is_false);
  // Nothing where `b` is zero.
  Term Divided(const Term& a, std::string_view op, const Term& b);

  // A number, a text ('' where there is none).
  Term Number(const XPathNode& node) { return AsNumber(node, Value(node)); }
  Term AsNumber(const XPathNode& node, Term term);
  Term Text(const XPathNode& node);
  // A choice whose options have other names in the form, as the name that the form has; other terms
  // as they are.
  Term Named(const XPathNode& node, Term term);

  // `decision` where the comparison comes to nothing.
  Term Decided(Term comparison, bool decision, bool absent_is_false);
  Term Or(const Term& term, std::string_view fallback);
  // `literal` as an option of the choice `of`; other terms as they are, where they may be held
  // against it.
  Term Option(const XPathNode& node, const Term& of, const Term& literal);

  const std::string_view source_;
  const TranslationScope& scope_;
  std::optional<ExpressionFault> fault_;
  bool total_ = false;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_TRANSLATOR_H_
