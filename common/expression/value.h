// Values of the expression language.
//
// A value is a truth value, an exact number, a text, a list or a map from texts, or it is *absent*:
// there is none, for a reason. Absence is never zero and never false:
//
//     + - * / and functions    absent if an operand is; the reason is that of the first absent one
//     == != < <= > >= in       absent if an operand is
//     && ||                    the other operand decides where it can: false && absent is false,
//                              true || absent is true; otherwise absent
//     c ? a : b                absent if c is
//     a.exists, a.all          as || and && over the elements; absent if the list is
//     a.filter                 absent if the condition is absent for an element
//     sum(a)                   0 of an empty list, absent of one of what nobody knows
//     has(x)                   true or false, never absent
//     orValue(x, y)            x, or y if x is absent
//
// What an absent result means (a question is not shown, a response is not counted, an amount cannot
// be computed) is for the service to say.

#ifndef VG_COMMON_EXPRESSION_VALUE_H_
#define VG_COMMON_EXPRESSION_VALUE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/expression/type.h"
#include "common/numeric/exact.h"

namespace vg::expression {

// Why there is no value.
enum class Absence {
  kMissing,        // The source has none.
  kUnanswered,     // The respondent was asked and did not answer.
  kNotAsked,       // The respondent was not asked.
  kSuppressed,     // There is one, and it is withheld.
  kNotApplicable,  // There cannot be one.
};
std::string_view AbsenceName(Absence absence);  // "missing", "unanswered", …

class Value;
using ValueList = std::vector<Value>;
// Sorted by key, keys distinct. Elements may be absent.
using ValueMap = std::vector<std::pair<std::string, Value>>;

// Immutable; cheap to copy: texts, lists and maps are shared. Thread-safe as an int.
class Value {
 public:
  // Absent, missing.
  Value() = default;
  static Value Absent(Absence why) { return Value(why); }
  static Value Bool(bool value);
  static Value Number(Exact value);
  static Value Text(std::string value);
  // None of `values` is absent.
  static Value List(ValueList values);
  static Value Texts(const std::vector<std::string>& values);
  // A list of what nobody knows, where a list may be absent: it has no elements, as any empty one,
  // but no sum either, nor has what is mapped or filtered of it.
  static Value UnknownList(Absence why);
  // `entries` in any order, with distinct keys.
  static Value Map(ValueMap entries);

  bool absent() const { return absent_; }
  Absence absence() const { return absence_; }
  // The variable that was absent ("school.pupils['bo']"); empty for a value that no expression
  // made.
  std::string_view origin() const;
  Kind kind() const { return kind_; }  // If not absent.

  // Each only for its kind.
  bool bool_value() const { return bool_; }
  const Exact& number() const { return number_; }
  const std::string& text() const { return *static_cast<const std::string*>(shared_.get()); }
  const ValueList& list() const { return *static_cast<const ValueList*>(shared_.get()); }
  const ValueMap& map() const { return *static_cast<const ValueMap*>(shared_.get()); }

  // The entry of a map; null if there is none.
  const Value* Find(std::string_view key) const;

  // As a literal of the language: true, 701.16, 'bo', ['a', 'b'], {'bo': 3}; 2/37 for an endless
  // decimal; "absent (suppressed)".
  std::string ToText() const;

  // The same kind and content; all absent values are equal to each other and to nothing else.
  friend bool operator==(const Value& a, const Value& b);

 private:
  friend class Evaluator;
  explicit Value(Absence why) : absence_(why) {}

  Kind kind_ = Kind::kBool;
  bool absent_ = true;
  bool bool_ = false;
  bool unknown_ = false;
  Absence absence_ = Absence::kMissing;
  Exact number_;
  std::shared_ptr<const void> shared_;  // Text, list or map; of an absent value, its origin.
};

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_VALUE_H_
