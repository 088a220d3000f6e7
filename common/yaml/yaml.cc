#include "common/yaml/yaml.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "common/numeric/money.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/text/cells.h"
#include "common/text/encoding.h"
#include "common/time/clock.h"
#include "common/yaml/tree.h"
#include "voortgang/api/v1/field.pb.h"

namespace vg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using yaml::Tree;

constexpr size_t kMaxDecimalLength = 40;

std::string Prefix(YamlSource::Position position) {
  return "line " + std::to_string(position.line) + ", column " + std::to_string(position.column) +
         ": ";
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// "SchoolType" -> "SCHOOL_TYPE_".
std::string EnumPrefix(const EnumDescriptor& type) {
  std::string prefix;
  for (const char c : type.name()) {
    if (c >= 'A' && c <= 'Z' && !prefix.empty()) prefix += '_';
    prefix += c;
  }
  return Upper(prefix) + "_";
}

std::string ShortName(const EnumValueDescriptor& value, std::string_view prefix) {
  std::string_view name = value.name();
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return Lower(name);
}

std::string_view WhatIs(const Tree& tree) {
  switch (tree.kind) {
    case Tree::Kind::kNull:
      return "nothing";
    case Tree::Kind::kScalar:
      return tree.quoted ? "a text" : "a single value";
    case Tree::Kind::kList:
      return "a list";
    case Tree::Kind::kMap:
      return "a mapping";
  }
  return "";
}

// One item of a repeated field, or the field itself.
class Target {
 public:
  Target(Message& message, const FieldDescriptor& field) : message_(message), field_(field) {}

  const FieldDescriptor& field() const { return field_; }

  Message& NewMessage() {
    return field_.is_repeated() ? *reflection().AddMessage(&message_, &field_)
                                : *reflection().MutableMessage(&message_, &field_);
  }

// The setter of one type, for single and repeated fields alike.
#define VG_YAML_SETTER(NAME, TYPE)                                  \
  void Set##NAME(TYPE value) {                                      \
    if (field_.is_repeated()) {                                     \
      reflection().Add##NAME(&message_, &field_, std::move(value)); \
    } else {                                                        \
      reflection().Set##NAME(&message_, &field_, std::move(value)); \
    }                                                               \
  }
  VG_YAML_SETTER(Bool, bool)
  VG_YAML_SETTER(Int32, int32_t)
  VG_YAML_SETTER(Int64, int64_t)
  VG_YAML_SETTER(UInt32, uint32_t)
  VG_YAML_SETTER(UInt64, uint64_t)
  VG_YAML_SETTER(Double, double)
  VG_YAML_SETTER(Float, float)
  VG_YAML_SETTER(String, std::string)
  VG_YAML_SETTER(EnumValue, int)
#undef VG_YAML_SETTER

 private:
  const Reflection& reflection() const { return *message_.GetReflection(); }

  Message& message_;
  const FieldDescriptor& field_;
};

class Reader {
 public:
  Reader(YamlSource* source, const YamlLimits& limits) : source_(source), limits_(limits) {}

  absl::Status Read(std::string_view text, Message& message) {
    std::variant<Tree, yaml::TreeError> tree = yaml::ReadTree(text, limits_);
    if (const auto* error = std::get_if<yaml::TreeError>(&tree)) {
      AddError(error->position, "", error->reason, error->sentence);
    } else {
      const Tree& root = std::get<Tree>(tree);
      Note("", root.position);
      if (root.kind == Tree::Kind::kMap || root.kind == Tree::Kind::kNull) {
        Fill(root, message, "");
      } else {
        WrongType(root, "", "a mapping of fields");
      }
    }
    if (violations_.empty()) return absl::OkStatus();
    const FieldViolation& first = violations_.front();
    std::string sentence = first.sentence;
    if (violations_.size() > 1) {
      sentence += " (and " + std::to_string(violations_.size() - 1) + " more)";
    }
    ErrorDetails details;
    details.reason = "INVALID_DOCUMENT";
    details.metadata = {{"line", std::to_string(first_.line)},
                        {"column", std::to_string(first_.column)}};
    details.violations = std::move(violations_);
    return Error(absl::StatusCode::kInvalidArgument, std::move(sentence), std::move(details));
  }

 private:
  void Note(const std::string& path, YamlSource::Position position) {
    if (source_ != nullptr) source_->Add(path, position);
  }

  void AddError(YamlSource::Position position, const std::string& path, std::string_view reason,
                const std::string& sentence) {
    if (violations_.size() >= limits_.max_errors) return;
    if (violations_.empty()) first_ = position;
    violations_.push_back({path, std::string(reason),
                           Prefix(position) + (path.empty() ? "" : "'" + path + "': ") + sentence});
  }

  void WrongType(const Tree& tree, const std::string& path, std::string_view wanted) {
    AddError(tree.position, path, "WRONG_TYPE",
             std::string(wanted) + " is expected, and this is " + std::string(WhatIs(tree)));
  }

  static std::string Below(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
  }

  // A mapping (or nothing) into the fields of `message`.
  void Fill(const Tree& tree, Message& message, const std::string& path) {
    const Descriptor& type = *message.GetDescriptor();
    std::set<const FieldDescriptor*> seen;
    for (const auto& [name, value] : tree.entries) {
      const FieldDescriptor* field = FindField(type, name);
      if (field == nullptr) {
        UnknownField(type, name, value, path);
        continue;
      }
      const std::string below = Below(path, field->name());
      if (!seen.insert(field).second) {
        AddError(value.position, below, "DUPLICATE_FIELD", "it is there twice; leave one");
        continue;
      }
      if (!CheckOneof(*field, seen, value, below)) continue;
      Note(below, value.position);
      const bool empty_choice = field->real_containing_oneof() != nullptr &&
                                field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
      if (value.kind == Tree::Kind::kNull && !empty_choice) {
        seen.erase(field);
        continue;
      }
      FillField(value, message, *field, below);
    }
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* field = type.field(i);
      const auto& rule = field->options().GetExtension(voortgang::api::v1::field);
      if (!rule.required() || rule.output_only() || seen.contains(field)) continue;
      AddError(tree.position, Below(path, field->name()), "MISSING_FIELD",
               "this field is required and is not there");
    }
  }

  static const FieldDescriptor* FindField(const Descriptor& type, const std::string& name) {
    if (const FieldDescriptor* field = type.FindFieldByName(name)) return field;
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->json_name() == name) return type.field(i);
    }
    return nullptr;
  }

  void UnknownField(const Descriptor& type, const std::string& name, const Tree& value,
                    const std::string& path) {
    std::vector<std::string> names;
    for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
    const std::string_view near = Nearest(name, names);
    std::string sentence = "there is no field '" + name.substr(0, 100) + "' here";
    if (!near.empty()) {
      sentence += "; did you mean '" + std::string(near) + "'?";
    } else if (!names.empty() && names.size() <= 12) {
      sentence += "; there are ";
      for (size_t i = 0; i < names.size(); ++i) sentence += (i == 0 ? "" : ", ") + names[i];
    }
    AddError(value.position, Below(path, name.substr(0, 100)), "UNKNOWN_FIELD", sentence);
  }

  bool CheckOneof(const FieldDescriptor& field, const std::set<const FieldDescriptor*>& seen,
                  const Tree& value, const std::string& path) {
    const auto* oneof = field.real_containing_oneof();
    if (oneof == nullptr) return true;
    for (const FieldDescriptor* other : seen) {
      if (other == &field || other->real_containing_oneof() != oneof) continue;
      AddError(value.position, path, "ONEOF_CONFLICT",
               "only one of '" + other->name() + "' and '" + field.name() + "' can be there");
      return false;
    }
    return true;
  }

  void FillField(const Tree& tree, Message& message, const FieldDescriptor& field,
                 const std::string& path) {
    if (field.is_map()) {
      FillMap(tree, message, field, path);
    } else if (field.is_repeated() && tree.kind == Tree::Kind::kList) {
      for (size_t i = 0; i < tree.items.size(); ++i) {
        const std::string below = path + "[" + std::to_string(i) + "]";
        Note(below, tree.items[i].position);
        Target target(message, field);
        FillValue(tree.items[i], target, below);
      }
    } else {
      Target target(message, field);
      FillValue(tree, target, path);
    }
  }

  void FillMap(const Tree& tree, Message& message, const FieldDescriptor& field,
               const std::string& path) {
    if (tree.kind != Tree::Kind::kMap) return WrongType(tree, path, "a mapping");
    for (const auto& [name, value] : tree.entries) {
      const std::string below = path + "[" + name.substr(0, 100) + "]";
      Note(below, value.position);
      Message& entry = *message.GetReflection()->AddMessage(&message, &field);
      Tree key;
      key.kind = Tree::Kind::kScalar;
      key.position = value.position;
      key.scalar = name;
      Target key_target(entry, *field.message_type()->map_key());
      FillValue(key, key_target, below);
      Target value_target(entry, *field.message_type()->map_value());
      FillValue(value, value_target, below);
    }
  }

  void FillValue(const Tree& tree, Target& target, const std::string& path) {
    const FieldDescriptor& field = target.field();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      return FillMessage(tree, target.NewMessage(), path);
    }
    if (tree.kind != Tree::Kind::kScalar) return WrongType(tree, path, Wanted(field));
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return FillText(tree, target, path);
      case FieldDescriptor::CPPTYPE_ENUM:
        return FillEnum(tree, target, path);
      case FieldDescriptor::CPPTYPE_BOOL:
        if (tree.quoted || (tree.scalar != "true" && tree.scalar != "false")) {
          return AddError(tree.position, path, "WRONG_TYPE", "write true or false, without quotes");
        }
        return target.SetBool(tree.scalar == "true");
      case FieldDescriptor::CPPTYPE_INT32:
        return FillNumber<int32_t>(tree, path, [&](int32_t v) { target.SetInt32(v); });
      case FieldDescriptor::CPPTYPE_INT64:
        return FillNumber<int64_t>(tree, path, [&](int64_t v) { target.SetInt64(v); });
      case FieldDescriptor::CPPTYPE_UINT32:
        return FillNumber<uint32_t>(tree, path, [&](uint32_t v) { target.SetUInt32(v); });
      case FieldDescriptor::CPPTYPE_UINT64:
        return FillNumber<uint64_t>(tree, path, [&](uint64_t v) { target.SetUInt64(v); });
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return FillNumber<double>(tree, path, [&](double v) { target.SetDouble(v); });
      case FieldDescriptor::CPPTYPE_FLOAT:
        return FillNumber<float>(tree, path, [&](float v) { target.SetFloat(v); });
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return;
    }
  }

  static std::string_view Wanted(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return "a text";
      case FieldDescriptor::CPPTYPE_ENUM:
        return "a name";
      case FieldDescriptor::CPPTYPE_BOOL:
        return "true or false";
      default:
        return "a number";
    }
  }

  void FillText(const Tree& tree, Target& target, const std::string& path) {
    if (target.field().type() != FieldDescriptor::TYPE_BYTES) return target.SetString(tree.scalar);
    std::string bytes;
    if (!absl::Base64Unescape(tree.scalar, &bytes)) {
      return AddError(tree.position, path, "INVALID_VALUE", "bytes are written in base64");
    }
    target.SetString(std::move(bytes));
  }

  template <typename T, typename Set>
  void FillNumber(const Tree& tree, const std::string& path, Set set) {
    T value{};
    const char* end = tree.scalar.data() + tree.scalar.size();
    const auto [stop, error] = std::from_chars(tree.scalar.data(), end, value);
    if (error == std::errc::result_out_of_range) {
      return AddError(tree.position, path, "INVALID_VALUE",
                      tree.scalar.substr(0, 40) + " is beyond what this field can hold");
    }
    if (error != std::errc() || stop != end || tree.quoted) {
      return AddError(tree.position, path, "WRONG_TYPE",
                      std::is_integral_v<T> ? "write a whole number, without quotes"
                                            : "write a number, without quotes");
    }
    set(value);
  }

  void FillEnum(const Tree& tree, Target& target, const std::string& path) {
    const EnumDescriptor& type = *target.field().enum_type();
    const std::string prefix = EnumPrefix(type);
    std::vector<std::string> names;
    for (int i = 0; i < type.value_count(); ++i) {
      const EnumValueDescriptor& value = *type.value(i);
      if (value.number() == 0 && value.name().ends_with("_UNSPECIFIED")) continue;
      names.push_back(ShortName(value, prefix));
      if (tree.scalar == names.back() || tree.scalar == value.name()) {
        return target.SetEnumValue(value.number());
      }
    }
    const std::string_view near = Nearest(tree.scalar, names);
    std::string sentence = "'" + tree.scalar.substr(0, 100) + "' is not possible here";
    if (!near.empty()) {
      sentence += "; did you mean '" + std::string(near) + "'?";
    } else {
      sentence += "; there are ";
      for (size_t i = 0; i < names.size() && i < 12; ++i)
        sentence += (i == 0 ? "" : ", ") + names[i];
      if (names.size() > 12) sentence += " and more";
    }
    AddError(tree.position, path, "UNKNOWN_VALUE", sentence);
  }

  void FillMessage(const Tree& tree, Message& message, const std::string& path) {
    if (tree.kind == Tree::Kind::kMap || tree.kind == Tree::Kind::kNull) {
      return Fill(tree, message, path);
    }
    if (tree.kind == Tree::Kind::kScalar && FillFromScalar(tree, message, path)) return;
    WrongType(tree, path, "a mapping");
  }

  // The messages that are written as one value. False if this is none of them.
  bool FillFromScalar(const Tree& tree, Message& message, const std::string& path) {
    const std::string& type = message.GetDescriptor()->full_name();
    if (type == "voortgang.type.v1.LocalizedText") {
      SetText(message, "nl", tree.scalar);
    } else if (type == "voortgang.type.v1.Decimal") {
      FillDecimal(tree, message, path);
    } else if (type == "voortgang.type.v1.Count") {
      FillCount(tree, message, path);
    } else if (type == "google.type.Money") {
      FillMoney(tree, message, path);
    } else if (type == "google.type.Date") {
      FillDate(tree, message, path);
    } else if (type == "google.protobuf.Timestamp") {
      FillTimestamp(tree, message, path);
    } else if (type == "google.protobuf.Duration") {
      FillDuration(tree, message, path);
    } else if (type.starts_with("google.protobuf.") && type.ends_with("Value") &&
               message.GetDescriptor()->field_count() == 1) {
      Target target(message, *message.GetDescriptor()->field(0));
      FillValue(tree, target, path);
    } else {
      return false;
    }
    return true;
  }

  static const FieldDescriptor& FieldOf(const Message& message, const char* name) {
    return *message.GetDescriptor()->FindFieldByName(name);
  }
  static void SetText(Message& message, const char* name, std::string text) {
    message.GetReflection()->SetString(&message, &FieldOf(message, name), std::move(text));
  }
  static void SetInt32(Message& message, const char* name, int32_t value) {
    message.GetReflection()->SetInt32(&message, &FieldOf(message, name), value);
  }
  static void SetInt64(Message& message, const char* name, int64_t value) {
    message.GetReflection()->SetInt64(&message, &FieldOf(message, name), value);
  }

  void Invalid(const Tree& tree, const std::string& path, std::string_view right) {
    AddError(tree.position, path, "INVALID_VALUE",
             "'" + tree.scalar.substr(0, 100) + "' cannot be read; write " + std::string(right));
  }

  void FillDecimal(const Tree& tree, Message& message, const std::string& path) {
    if (tree.scalar.size() > kMaxDecimalLength || !Exact::FromDecimal(tree.scalar).ok()) {
      return Invalid(tree, path, "a decimal such as 1402.31 or -0.5");
    }
    SetText(message, "value", tree.scalar);
  }

  void FillCount(const Tree& tree, Message& message, const std::string& path) {
    const CountCell cell = ParseCountCell(tree.scalar);
    if (cell.state == CellState::kMalformed) {
      return Invalid(tree, path, "a whole number, or <5 for a count that is withheld");
    }
    static constexpr std::pair<CellState, std::string_view> kStates[] = {
        {CellState::kValue, "COUNT_STATE_KNOWN"},
        {CellState::kSuppressed, "COUNT_STATE_SUPPRESSED"},
        {CellState::kMissing, "COUNT_STATE_MISSING"},
        {CellState::kNotApplicable, "COUNT_STATE_NOT_APPLICABLE"}};
    const FieldDescriptor& state = FieldOf(message, "state");
    for (const auto& [cell_state, name] : kStates) {
      if (cell_state != cell.state) continue;
      message.GetReflection()->SetEnum(&message, &state,
                                       state.enum_type()->FindValueByName(std::string(name)));
    }
    if (cell.state == CellState::kValue) SetInt64(message, "value", cell.value);
  }

  void FillMoney(const Tree& tree, Message& message, const std::string& path) {
    const absl::StatusOr<Money> money = MoneyFromText(tree.scalar);
    if (!money.ok()) return Invalid(tree, path, "an amount such as 701.16 or USD 1333.84");
    const UnitsAndNanos parts = ToUnitsAndNanos(*money);
    SetText(message, "currency_code", std::string(money->currency.code()));
    SetInt64(message, "units", parts.units);
    SetInt32(message, "nanos", parts.nanos);
  }

  void FillDate(const Tree& tree, Message& message, const std::string& path) {
    const absl::StatusOr<absl::CivilDay> day = ParseDay(tree.scalar);
    if (!day.ok()) return Invalid(tree, path, "a day such as 2021-10-01");
    SetInt32(message, "year", static_cast<int32_t>(day->year()));
    SetInt32(message, "month", day->month());
    SetInt32(message, "day", day->day());
  }

  void FillTimestamp(const Tree& tree, Message& message, const std::string& path) {
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, tree.scalar, &time, &error)) {
      return Invalid(tree, path, "a time such as 2022-04-14T09:00:00Z");
    }
    const int64_t seconds = absl::ToUnixSeconds(time);
    SetInt64(message, "seconds", seconds);
    SetInt32(message, "nanos",
             static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
  }

  void FillDuration(const Tree& tree, Message& message, const std::string& path) {
    absl::Duration duration;
    if (!absl::ParseDuration(tree.scalar, &duration) || duration == absl::InfiniteDuration() ||
        duration == -absl::InfiniteDuration()) {
      return Invalid(tree, path, "a duration such as 30s or 1h30m");
    }
    absl::Duration rest;
    SetInt64(message, "seconds", absl::IDivDuration(duration, absl::Seconds(1), &rest));
    SetInt32(message, "nanos", static_cast<int32_t>(rest / absl::Nanoseconds(1)));
  }

  YamlSource* const source_;
  const YamlLimits limits_;
  std::vector<FieldViolation> violations_;
  YamlSource::Position first_;
};

}  // namespace

YamlSource::Position YamlSource::Locate(std::string_view path) const {
  while (true) {
    const auto found = positions_.find(path);
    if (found != positions_.end()) return found->second;
    if (path.empty()) return {};
    const size_t cut = path.find_last_of(".[");
    path = path.substr(0, cut == std::string_view::npos ? 0 : cut);
  }
}

absl::Status YamlSource::WithLines(const absl::Status& status) const {
  ErrorDetails details = DetailsOf(status);
  if (status.ok() || details.violations.empty()) return status;
  for (FieldViolation& violation : details.violations) {
    const Position position = Locate(violation.field);
    if (position.line == 0 || violation.sentence.starts_with("line ")) continue;
    if (&violation == &details.violations.front()) {
      details.metadata["line"] = std::to_string(position.line);
      details.metadata["column"] = std::to_string(position.column);
    }
    violation.sentence = Prefix(position) + violation.sentence;
  }
  const FieldViolation& first = details.violations.front();
  std::string message = first.sentence;
  if (!first.field.empty()) message += " (" + first.field + ")";
  if (details.violations.size() > 1) {
    message += " (and " + std::to_string(details.violations.size() - 1) + " more)";
  }
  return Error(status.code(), std::move(message), std::move(details));
}

absl::Status ParseYaml(std::string_view text, Message* message, YamlSource* source,
                       const YamlLimits& limits) {
  message->Clear();
  return Reader(source, limits).Read(text, *message);
}

}  // namespace vg
