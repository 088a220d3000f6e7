// Expressions of XLSForm in the suite's expression language, with the same meaning or not at all.
//
//     XLSForm                              here
//     ${q} = 'x', !=  (one choice)         (q == 'x').orValue(false), (q != 'x').orValue(true)
//     ${q} = 'x'  (several choices)        size(q) == 1 && 'x' in q
//     ${q} = '', ${q} != ''                !has(q), has(q); a text or list may be empty too
//     < <= > >= = != of numbers, days      the same; nothing compares as false, != as true
//     selected(${q}, 'x')                  'x' in q; of one choice q == 'x'
//     count-selected(${q})                 size(q).orValue(0)
//     and  or  not(x)  true()  false()     &&  ||  !x  true  false
//     selected-at(${q}, n)                 q[n]
//     + - *  pow(x, 2)                     + - *  x * x
//     a div b  a mod b                     b != 0 ? a / b : number('')  b != 0 ? a % b : number('')
//     if(c, a, b)  once(x)                 c ? a : b  x
//     coalesce(a, b)                       a.orValue(b)
//     int(x)  round(x)  round(x, n)        toward zero  floor(x + 0.5)  round(x, n)
//     floor(x)  ceiling(x)                 floor(x)  ceil(x)
//     number(x) of a choice of numbers     q == '1' ? 1 : …
//     number(x) of a text, of a day        number(x)  days(x)
//     number('')                           number(''), which is absent
//     ${q} as a text, options renamed      q == 'yes' ? 'Yes' : …
//     string-length(x)  concat(a, b)       size(x).orValue(0)  a + b, nothing taken as ''
//     contains  starts-with  ends-with     x.contains(y)  x.startsWith(y)  x.endsWith(y)
//     substr(x, 0, 4)  regex(x, 'p')       x.substring(0, 4)  x.matches('^(?:p)$')
//     string(x) of a number                text(x)
//     jr:choice-name(${q}, '${q}')         q == 'x' ? 'label of x' : …, of labels in one language
//     date('2022-01-17')  date(n)          '2022-01-17'  date(n)
//     today()                              today(), the day on which the response is accepted
//     ${day} <= now()                      day <= today()
//     format-date(x, '%Y-%m')              x.substring(0, 4) + '-' + x.substring(5, 7)
//     sum min max of a group's question    sum(g.q) …, after the group
//     count(${g})  count-non-empty(${q})   g.count()  size(g.q)
//     position(..)                         position(), inside the group
//     choice filter: column, name          option.column, option_id
//
// A number of repeats that is computed (repeat_count) is a constraint of the group and says when it
// must be answered: g.count() == n, n > 0.
//
// What is divided by zero is nothing here; there it is infinite or no number, which no answer can
// be. A division by a number that is written out needs no asking.
//
// What depends on chance, on the device, on the language or on files beside the form has no meaning
// on a server and is a fault, and so is a repeat inside a repeat. Where an absent answer decides
// the same way by itself (at the top of a condition), .orValue is left out. A constraint is asked
// of answers only.

#ifndef VG_SERVICES_SURVEY_FORMS_TRANSLATION_H_
#define VG_SERVICES_SURVEY_FORMS_TRANSLATION_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "services/survey/forms/xpath.h"

namespace vg::survey {

// What an expression may refer to.
struct FormField {
  enum class Kind { kChoice, kChoices, kNumber, kDate, kText, kBool, kRepeat, kOther };
  std::string id;  // As rules name it.
  Kind kind = Kind::kOther;
  std::map<std::string, std::string> options;  // Ids by names of the form; of choices.
  std::string group;                           // The repeat group it is in; empty: none.
  // Labels of options by names of the form; empty where they are in several languages.
  std::map<std::string, std::string> labels = {};
};

struct TranslationScope {
  // The question called so in the form; null if there is none.
  std::function<const FormField*(std::string_view name)> find;
  // What "." is; null outside of constraints.
  const FormField* self = nullptr;
  // The repeat group in which the expression stands; empty: none.
  std::string group;
  // Of a choice filter: whether the choices have such a column, the id of an option or value by its
  // name in the form, and whether a column has values whose ids are not their names.
  std::function<bool(std::string_view name)> has_column;
  std::function<std::string(std::string_view name)> option_id;
  std::function<bool(std::string_view column)> is_renamed = {};
};

struct Translated {
  std::string text;
  FormField::Kind kind = FormField::Kind::kBool;
  bool optional = false;  // May come to nothing.
};

// A condition that is not met where it comes to nothing: relevance, choice filters.
std::variant<Translated, ExpressionFault> TranslateCondition(std::string_view source,
                                                             const TranslationScope& scope);
// A condition that an answer must meet; `scope.self` is set.
std::variant<Translated, ExpressionFault> TranslateConstraint(std::string_view source,
                                                              const TranslationScope& scope);
// A value of any kind.
std::variant<Translated, ExpressionFault> TranslateValue(std::string_view source,
                                                         const TranslationScope& scope);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_TRANSLATION_H_
