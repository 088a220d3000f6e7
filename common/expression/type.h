// Types of the expression language.

#ifndef VG_COMMON_EXPRESSION_TYPE_H_
#define VG_COMMON_EXPRESSION_TYPE_H_

#include <memory>
#include <string>
#include <vector>

#include "common/expression/unit.h"

namespace vg::expression {

enum class Kind { kBool, kNumber, kText, kList, kMap };

// The type of a variable, an argument or a result. A value type, cheap to copy.
//
// Any type may be optional: a value of it may be absent (see value.h). The checker carries this
// through, so that a service can refuse a formula whose result may be absent.
class Type {
 public:
  static Type Bool() { return Type(Kind::kBool); }
  static Type Number() { return Type(Kind::kNumber); }
  static Type Number(Unit unit);
  static Type Text() { return Type(Kind::kText); }
  // A text that is always one of `values`: comparing it with another literal is an error, which
  // catches misspelt option ids when a document is published.
  static Type Text(std::vector<std::string> values);
  // A text that is a day, "2022-01-17": comparing it with a literal that is none is an error.
  static Type Day();
  // A list of Bool, Number or Text.
  static Type List(Type element);
  // A map from texts. With `keys`, a literal key that is not among them is an error.
  static Type Map(Type element);
  static Type Map(Type element, std::vector<std::string> keys);

  // The same type, possibly absent.
  Type Optional() const;
  Type Present() const;

  Kind kind() const { return kind_; }
  bool optional() const { return optional_; }
  const Unit& unit() const { return unit_; }
  // Whether this is a number without a unit of its own, such as the literal 4, which takes the unit
  // of what it is added to or compared with.
  bool any_unit() const { return any_unit_; }
  Type AnyUnit() const;
  // Of lists and maps. Elements are never optional; what a map does not hold is absent.
  const Type& element() const { return *element_; }
  // The values of a Text or the keys of a Map; null: not limited.
  const std::vector<std::string>* vocabulary() const { return vocabulary_.get(); }

  // Whether this is a Text that is a day.
  bool is_day() const { return is_day_; }

  // "number of euro/pupil", "list of text", "optional bool".
  std::string ToText() const;

  // Whether a value of this type may stand where `wanted` is asked for: the same kind, element and
  // unit; an optional one only where optional is asked for.
  bool Fits(const Type& wanted) const;

 private:
  explicit Type(Kind kind) : kind_(kind) {}

  Kind kind_;
  bool optional_ = false;
  bool any_unit_ = false;
  bool is_day_ = false;
  Unit unit_;
  std::shared_ptr<const Type> element_;
  std::shared_ptr<const std::vector<std::string>> vocabulary_;
};

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_TYPE_H_
