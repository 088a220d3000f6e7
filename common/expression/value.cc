#include "common/expression/value.h"

#include <algorithm>
#include <cstdlib>

namespace vg::expression {
namespace {

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    switch (c) {
      case '\'':
        quoted += "\\'";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      case '\t':
        quoted += "\\t";
        break;
      default:
        quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string_view AbsenceName(Absence absence) {
  switch (absence) {
    case Absence::kMissing:
      return "missing";
    case Absence::kUnanswered:
      return "unanswered";
    case Absence::kNotAsked:
      return "not asked";
    case Absence::kSuppressed:
      return "suppressed";
    case Absence::kNotApplicable:
      return "not applicable";
  }
  std::abort();
}

Value Value::Bool(bool value) {
  Value result;
  result.absent_ = false;
  result.bool_ = value;
  return result;
}

Value Value::Number(Exact value) {
  Value result;
  result.absent_ = false;
  result.kind_ = Kind::kNumber;
  result.number_ = std::move(value);
  return result;
}

Value Value::Text(std::string value) {
  Value result;
  result.absent_ = false;
  result.kind_ = Kind::kText;
  result.shared_ = std::make_shared<const std::string>(std::move(value));
  return result;
}

Value Value::List(ValueList values) {
  Value result;
  result.absent_ = false;
  result.kind_ = Kind::kList;
  result.shared_ = std::make_shared<const ValueList>(std::move(values));
  return result;
}

Value Value::UnknownList(Absence why) {
  Value result = List({});
  result.unknown_ = true;
  result.absence_ = why;
  return result;
}

Value Value::Texts(const std::vector<std::string>& values) {
  ValueList list;
  list.reserve(values.size());
  for (const std::string& value : values) list.push_back(Text(value));
  return List(std::move(list));
}

Value Value::Map(ValueMap entries) {
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  Value result;
  result.absent_ = false;
  result.kind_ = Kind::kMap;
  result.shared_ = std::make_shared<const ValueMap>(std::move(entries));
  return result;
}

std::string_view Value::origin() const {
  if (!absent_ || shared_ == nullptr) return {};
  return *static_cast<const std::string*>(shared_.get());
}

const Value* Value::Find(std::string_view key) const {
  const ValueMap& entries = map();
  const auto found =
      std::lower_bound(entries.begin(), entries.end(), key,
                       [](const auto& entry, std::string_view k) { return entry.first < k; });
  return found != entries.end() && found->first == key ? &found->second : nullptr;
}

std::string Value::ToText() const {
  if (absent_) return "absent (" + std::string(AbsenceName(absence_)) + ")";
  switch (kind_) {
    case Kind::kBool:
      return bool_ ? "true" : "false";
    case Kind::kNumber:
      return number_.ToText();
    case Kind::kText:
      return Quoted(text());
    case Kind::kList: {
      std::string joined;
      for (const Value& value : list()) joined += (joined.empty() ? "" : ", ") + value.ToText();
      return "[" + joined + "]";
    }
    case Kind::kMap: {
      std::string joined;
      for (const auto& [key, value] : map()) {
        joined += (joined.empty() ? "" : ", ") + Quoted(key) + ": " + value.ToText();
      }
      return "{" + joined + "}";
    }
  }
  std::abort();
}

bool operator==(const Value& a, const Value& b) {
  if (a.absent_ || b.absent_) return a.absent_ == b.absent_;
  if (a.kind_ != b.kind_) return false;
  switch (a.kind_) {
    case Kind::kBool:
      return a.bool_ == b.bool_;
    case Kind::kNumber:
      return a.number_ == b.number_;
    case Kind::kText:
      return a.text() == b.text();
    case Kind::kList:
      return a.list() == b.list();
    case Kind::kMap:
      return a.map() == b.map();
  }
  std::abort();
}

}  // namespace vg::expression
