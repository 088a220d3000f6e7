#include "common/expression/type.h"

#include <utility>

namespace vg::expression {

Type Type::Number(Unit unit) {
  Type type(Kind::kNumber);
  type.unit_ = std::move(unit);
  return type;
}

Type Type::Text(std::vector<std::string> values) {
  Type type(Kind::kText);
  type.vocabulary_ = std::make_shared<const std::vector<std::string>>(std::move(values));
  return type;
}

Type Type::Day() {
  Type type(Kind::kText);
  type.is_day_ = true;
  return type;
}

Type Type::List(Type element) {
  Type type(Kind::kList);
  type.element_ = std::make_shared<const Type>(element.Present());
  return type;
}

Type Type::Map(Type element) {
  Type type(Kind::kMap);
  type.element_ = std::make_shared<const Type>(element.Present());
  return type;
}

Type Type::Map(Type element, std::vector<std::string> keys) {
  Type type = Map(std::move(element));
  type.vocabulary_ = std::make_shared<const std::vector<std::string>>(std::move(keys));
  return type;
}

Type Type::Optional() const {
  Type type = *this;
  type.optional_ = true;
  return type;
}

Type Type::Present() const {
  Type type = *this;
  type.optional_ = false;
  return type;
}

Type Type::AnyUnit() const {
  Type type = *this;
  type.any_unit_ = true;
  return type;
}

std::string Type::ToText() const {
  const std::string prefix = optional_ ? "optional " : "";
  switch (kind_) {
    case Kind::kBool:
      return prefix + "bool";
    case Kind::kNumber:
      return prefix + "number" + (unit_.plain() || any_unit_ ? "" : " of " + unit_.ToText());
    case Kind::kText:
      return prefix + "text";
    case Kind::kList:
      return prefix + "list of " + element_->ToText();
    case Kind::kMap:
      return prefix + "map of " + element_->ToText();
  }
  return prefix;
}

bool Type::Fits(const Type& wanted) const {
  if (kind_ != wanted.kind_ || (optional_ && !wanted.optional_)) return false;
  if (kind_ == Kind::kNumber) return any_unit_ || wanted.any_unit_ || unit_ == wanted.unit_;
  if (kind_ == Kind::kList || kind_ == Kind::kMap) return element_->Fits(*wanted.element_);
  return true;
}

}  // namespace vg::expression
