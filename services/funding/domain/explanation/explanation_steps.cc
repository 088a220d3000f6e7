#include "services/funding/domain/explanation/explanation_steps.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::funding {
namespace {

using expression::Absence;
using expression::Kind;
using Json = nlohmann::json;

// Deeper than any formula of the language; a file that is deeper was not made by us.
constexpr int kMostDepth = 200;
constexpr size_t kMostDifferences = 100;

expression::Value AbsentNamed(const std::string& name) {
  for (const Absence why :
       {Absence::kUnanswered, Absence::kNotAsked, Absence::kSuppressed, Absence::kNotApplicable}) {
    if (name == expression::AbsenceName(why)) return expression::Value::Absent(why);
  }
  return expression::Value::Absent(Absence::kMissing);
}

bool IsTruth(const expression::Value& value) {
  return !value.absent() && value.kind() == Kind::kBool;
}

// The operations on numbers; empty if `operation` is none or there is no result.
std::optional<Exact> Arithmetic(const std::string& operation, const std::vector<Exact>& numbers) {
  if (numbers.empty()) return std::nullopt;
  Exact result = numbers.front();
  if (operation == "floor" || operation == "ceil" || operation == "abs" || operation == "round") {
    if (operation == "floor") return result.Round(0, Rounding::kFloor);
    if (operation == "ceil") return result.Round(0, Rounding::kCeiling);
    if (operation == "abs") return result.Abs();
    const std::optional<int64_t> places = numbers.size() > 1 ? numbers[1].ToInt64() : 0;
    if (!places.has_value() || *places < -30 || *places > 30) return std::nullopt;
    return result.Round(static_cast<int>(*places), Rounding::kHalfAwayFromZero);
  }
  if (operation == "-" && numbers.size() == 1) return -result;
  for (size_t i = 1; i < numbers.size(); ++i) {
    if (operation == "+" || operation == "sum") {
      result += numbers[i];
    } else if (operation == "-") {
      result -= numbers[i];
    } else if (operation == "*") {
      result *= numbers[i];
    } else if (operation == "/") {
      if (numbers[i].IsZero()) return std::nullopt;
      result /= numbers[i];
    } else if (operation == "%") {
      if (numbers[i].IsZero()) return std::nullopt;
      result -= numbers[i] * (result / numbers[i]).Round(0, Rounding::kDown);
    } else if (operation == "min") {
      result = std::min(result, numbers[i]);
    } else if (operation == "max") {
      result = std::max(result, numbers[i]);
    } else {
      return std::nullopt;
    }
  }
  return result;
}

std::optional<bool> Comparison(const std::string& operation, const expression::Value& left,
                               const expression::Value& right) {
  if (operation == "==") return left == right;
  if (operation == "!=") return !(left == right);
  if (left.kind() != right.kind() || (left.kind() != Kind::kNumber && left.kind() != Kind::kText)) {
    return std::nullopt;
  }
  const auto order = left.kind() == Kind::kNumber ? left.number() <=> right.number()
                                                  : left.text() <=> right.text();
  if (operation == "<") return order < 0;
  if (operation == "<=") return order <= 0;
  if (operation == ">") return order > 0;
  if (operation == ">=") return order >= 0;
  return std::nullopt;
}

// The first decisive part decides; else the result is absent if a part is.
expression::Value AndOr(bool decisive, const std::vector<expression::Value>& parts) {
  expression::Value result = expression::Value::Bool(!decisive);
  for (const expression::Value& part : parts) {
    if (part.absent()) {
      if (!result.absent()) result = part;
    } else if (IsTruth(part) && part.bool_value() == decisive) {
      return part;
    }
  }
  return result;
}

}  // namespace

bool IsNumber(const expression::Value& value) {
  return !value.absent() && value.kind() == Kind::kNumber;
}

bool Same(const expression::Value& a, const expression::Value& b) { return a == b; }

const Json* JsonReader::Member(const Json& object, const char* member) {
  static const auto& nothing = *new Json();
  if (!object.is_object()) return &nothing;
  const auto found = object.find(member);
  return found == object.end() ? &nothing : &*found;
}

std::string JsonReader::Text(const Json& object, const char* member) {
  const Json& json = *Member(object, member);
  if (const auto* text = json.get_ptr<const std::string*>()) return *text;
  Fail(absl::StrCat("'", member, "' must be a text"));
  return "";
}

int JsonReader::Integer(const Json& object, const char* member) {
  const Json& json = *Member(object, member);
  if (json.is_number_integer()) {
    const auto number = json.get<int64_t>();
    if (number >= 0 && number <= 1'000'000'000) return static_cast<int>(number);
  }
  Fail(absl::StrCat("'", member, "' must be a whole number"));
  return 0;
}

bool JsonReader::Truth(const Json& object, const char* member) {
  const Json& json = *Member(object, member);
  if (json.is_boolean()) return json.get<bool>();
  Fail(absl::StrCat("'", member, "' must be true or false"));
  return false;
}

const Json& JsonReader::Object(const Json& object, const char* member) {
  const Json& json = *Member(object, member);
  if (!json.is_object()) Fail(absl::StrCat("'", member, "' must be an object"));
  return json;
}

const Json& JsonReader::Array(const Json& object, const char* member) {
  const Json& json = *Member(object, member);
  if (json.is_array()) return json;
  Fail(absl::StrCat("'", member, "' must be a list"));
  static const auto& none = *new Json(Json::array());
  return none;
}

expression::Value JsonReader::Value(const Json& object) {
  return ValueOf(*Member(object, "value"), 0);
}

expression::Value JsonReader::ValueOf(const Json& json, int depth) {
  if (depth < 3 && json.is_object() && json.size() == 1) {
    const std::string& kind = json.begin().key();
    const Json& content = json.begin().value();
    if (kind == "absent" && content.is_string()) return AbsentNamed(content.get<std::string>());
    if (kind == "truth" && content.is_boolean())
      return expression::Value::Bool(content.get<bool>());
    if (kind == "text" && content.is_string()) {
      return expression::Value::Text(content.get<std::string>());
    }
    if (kind == "number" && content.is_string()) {
      absl::StatusOr<Exact> number = Exact::FromText(content.get<std::string>());
      if (number.ok()) return expression::Value::Number(*std::move(number));
    }
    if (kind == "map" && content.is_object()) {
      expression::ValueMap entries;
      for (const auto& [key, entry] : content.items()) {
        entries.emplace_back(key, ValueOf(entry, depth + 1));
      }
      return expression::Value::Map(std::move(entries));
    }
    if (kind == "list" && content.is_array()) {
      expression::ValueList items;
      for (const Json& item : content) items.push_back(ValueOf(item, depth + 1));
      const bool whole = std::ranges::none_of(items, &expression::Value::absent);
      if (whole) return expression::Value::List(std::move(items));
    }
  }
  Fail("a 'value' must be an object with one of number, text, truth, list, map and absent");
  return {};
}

Exact JsonReader::Number(const Json& object, const char* member) {
  absl::StatusOr<Exact> number = Exact::FromText(Text(object, member));
  if (number.ok()) return *std::move(number);
  Fail(absl::StrCat("'", member, "' must be the text of a number"));
  return {};
}

RoundingRule JsonReader::Rounding(const Json& object, const char* member) {
  const Json& json = Object(object, member);
  RoundingRule rounding{.decimals = Integer(json, "decimals")};
  const absl::StatusOr<vg::Rounding> rule = RoundingFromName(Text(json, "rule"));
  if (!rule.ok() || rounding.decimals > 2) {
    Fail(absl::StrCat("'", member, "' must have at most 2 decimals and a rule that is known"));
    return {};
  }
  rounding.rule = *rule;
  return rounding;
}

void JsonReader::Fail(std::string sentence) {
  if (fault_.empty()) fault_ = std::move(sentence);
}

absl::Status JsonReader::Refused(std::string_view sentence) const {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_EXPLANATION_FILE",
               absl::StrCat("this is no explanation of an amount: ", Av(sentence)));
}

absl::Status JsonReader::status() const {
  return fault_.empty() ? absl::OkStatus() : Refused(fault_);
}

expression::Value ExplanationSteps::Compute(const Json& node, int depth) {
  if (depth > kMostDepth) {
    reader_.Fail("the steps go too deep");
    return {};
  }
  ++count_;
  std::vector<expression::Value> parts;
  if (node.is_object() && node.contains("parts")) {
    for (const Json& part : reader_.Array(node, "parts")) parts.push_back(Compute(part, depth + 1));
  }
  const expression::Value stated = reader_.Value(node);
  expression::Value value = Apply(reader_.Text(node, "op"), node, parts);
  if (!Same(value, stated) && differences_.size() < kMostDifferences) {
    differences_.push_back(absl::StrCat(reader_.Text(node, "formula"), ": the file says ",
                                        stated.ToText(), ", computing gives ", value.ToText()));
  }
  return value;
}

expression::Value ExplanationSteps::Apply(const std::string& operation, const Json& node,
                                          const std::vector<expression::Value>& parts) {
  using expression::Value;
  if (operation == "name" || operation == "population") {
    const std::string name = reader_.Text(node, "name");
    if (parts.size() == 1) leaves_.insert_or_assign(name, parts[0]);
    const auto leaf = leaves_.find(name);
    if (leaf != leaves_.end()) return leaf->second;
  } else if (operation == "literal") {
    const std::string text = reader_.Text(node, "formula");
    const bool percent = text.ends_with('%');
    const absl::StatusOr<Exact> number =
        Exact::FromDecimal(percent ? text.substr(0, text.find_first_of(" %")) : text);
    if (number.ok()) return Value::Number(percent ? *number / 100 : *number);
    if (text == "true" || text == "false") return Value::Bool(text == "true");
    return reader_.Value(node);  // A text; what it is compared in is computed from its source.
  } else if (operation == "has" && parts.size() == 1) {
    return Value::Bool(!parts[0].absent());
  } else if (operation == "orValue" && !parts.empty()) {
    return parts[0].absent() ? parts.back() : parts[0];
  } else if (operation == "?:" && !parts.empty()) {
    return parts.size() == 1 || IsTruth(parts[0]) ? parts.back() : Value();
  } else if (operation == "&&" || operation == "||") {
    return AndOr(operation == "||", parts);
  } else {
    const auto absent = std::ranges::find_if(parts, &Value::absent);
    if (absent != parts.end()) return *absent;
    if (operation == "list") return Value::List(parts);
    if (operation == "+" && parts.empty()) return Value::Number(Exact());
    if (operation == "lookup" && parts.size() == 2 && parts[0].kind() == Kind::kMap &&
        parts[1].kind() == Kind::kText) {
      const Value* found = parts[0].Find(parts[1].text());
      return found == nullptr ? Value() : *found;
    }
    if (operation == "!" && parts.size() == 1 && IsTruth(parts[0])) {
      return Value::Bool(!parts[0].bool_value());
    }
    if (operation == "in" && parts.size() == 2 && parts[1].kind() == Kind::kList) {
      return Value::Bool(std::ranges::find(parts[1].list(), parts[0]) != parts[1].list().end());
    }
    std::vector<Exact> numbers;
    const bool listed = parts.size() == 1 && parts[0].kind() == Kind::kList;
    for (const Value& part : listed ? parts[0].list() : parts) {
      if (IsNumber(part)) numbers.push_back(part.number());
    }
    if (numbers.size() == (listed ? parts[0].list().size() : parts.size())) {
      if (std::optional<Exact> number = Arithmetic(operation, numbers)) {
        return Value::Number(*std::move(number));
      }
    }
    if (parts.size() == 2) {
      if (const auto truth = Comparison(operation, parts[0], parts[1])) return Value::Bool(*truth);
    }
  }
  not_computed_.push_back(reader_.Text(node, "formula"));
  return reader_.Value(node);
}

}  // namespace vg::funding
