// Rules of the suite as expressions of XLSForm, with the same meaning or not at all: the way back
// of translation.h.
//
// A rule may come to nothing, an expression of XLSForm cannot: what is absent is '' there, and no
// number. So a condition is written as when it holds, and a constraint as not when it fails. What
// XLSForm does not tell apart is taken as one: a text or a list of choices that is empty and one
// that is not there, a repeat without instances and one that is not answered. A division by zero,
// for which a response is refused here, is no number there.

#ifndef VG_SERVICES_SURVEY_FORMS_XPATH_WRITER_H_
#define VG_SERVICES_SURVEY_FORMS_XPATH_WRITER_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "services/survey/forms/xpath.h"

namespace vg::survey {

// What a name of a rule is in the form. kList is what all instances of a repeat answer, kRepeat the
// number of its instances.
struct WrittenName {
  enum class Kind { kText, kChoice, kDate, kNumber, kBool, kChoices, kList, kRepeat };
  Kind kind = Kind::kText;
  std::string text;  // "${pupils}", "." or, of the choices sheet, "region".
  bool optional = true;
  std::string repeat;  // Of a list: the repeat, "${places}".
};

struct WritingScope {
  // Nothing if the form does not know it. Names are as in rules: "pupils", "effect.skills",
  // "places.pupils", "today()".
  std::function<std::optional<WrittenName>(std::string_view name)> find;
};

// Of relevance, required and choice filters.
std::variant<std::string, ExpressionFault> WriteCondition(std::string_view rule,
                                                          const WritingScope& scope);
std::variant<std::string, ExpressionFault> WriteConstraint(std::string_view rule,
                                                           const WritingScope& scope);
// Of calculations.
std::variant<std::string, ExpressionFault> WriteValue(std::string_view rule,
                                                      const WritingScope& scope);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_XPATH_WRITER_H_
