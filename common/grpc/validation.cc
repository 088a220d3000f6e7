#include "common/grpc/validation.h"

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/descriptor.h"

#include "common/grpc/resource_name.h"
#include "common/status/absl_view.h"
#include "re2/re2.h"
#include "voortgang/api/v1/field.pb.h"

namespace vg::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;
using voortgang::api::v1::FieldRule;

constexpr size_t kDefaultMaxLength = 10'000;
constexpr int kDefaultMaxItems = 10'000;
constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31
constexpr int32_t kNanos = 1'000'000'000;

struct MessagePlan;

enum class Shape { kSingle, kList, kMap };

// What is known about a field before any message is seen.
struct FieldPlan {
  const FieldDescriptor* field = nullptr;
  Shape shape = Shape::kSingle;
  FieldDescriptor::CppType type = FieldDescriptor::CPPTYPE_STRING;
  const OneofDescriptor* choice = nullptr;  // Of which the field is one possibility.
  FieldRule rule;
  bool required = false;
  bool per_item = false;
  bool zero_in_list = false;  // Of enum values: the one that elsewhere means that there is none.
  bool set_if_not_empty = false;  // A text that knows no other way of not being there.
  int max_items = kDefaultMaxItems;
  size_t max_length = kDefaultMaxLength;  // Octets if `bytes`, else characters.
  bool bytes = false;
  std::unique_ptr<RE2> pattern;
  std::vector<ResourcePattern> resources;
  const MessagePlan* nested = nullptr;  // Of a message, or of a map's values if they are messages.
};

struct MessagePlan {
  std::vector<FieldPlan> fields;  // Those that a caller fills, in order; a choice's are neighbours.
  bool has_update_mask = false;
  bool is_timestamp = false;
};

// Made once per message type and kept. Thread-safe.
class Plans {
 public:
  const MessagePlan& For(const Descriptor& type) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      if (const auto found = plans_.find(&type); found != plans_.end()) return *found->second;
    }
    absl::MutexLock lock(&mutex_);
    return Make(type);
  }

 private:
  // A type is listed before its fields are looked at, because types may contain themselves; nobody
  // sees it before the lock is released.
  const MessagePlan& Make(const Descriptor& type) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::unique_ptr<MessagePlan>& plan = plans_[&type];
    if (plan != nullptr) return *plan;
    plan = std::make_unique<MessagePlan>();
    MessagePlan& made = *plan;
    made.is_timestamp = type.full_name() == "google.protobuf.Timestamp";
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->name() == "update_mask") made.has_update_mask = true;
      FieldPlan field = PlanOf(*type.field(i));
      if (!field.rule.output_only()) made.fields.push_back(std::move(field));
    }
    return made;
  }

  FieldPlan PlanOf(const FieldDescriptor& field) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    FieldPlan plan;
    plan.field = &field;
    if (field.is_repeated()) plan.shape = field.is_map() ? Shape::kMap : Shape::kList;
    plan.type = field.cpp_type();
    plan.choice = field.real_containing_oneof();
    plan.rule = field.options().GetExtension(voortgang::api::v1::field);
    const bool unset_means_false = plan.shape == Shape::kSingle &&
                                   plan.type == FieldDescriptor::CPPTYPE_BOOL &&
                                   !field.has_presence();
    plan.required = plan.rule.required() && !unset_means_false;
    plan.per_item = plan.rule.per_item();
    plan.zero_in_list = plan.rule.has_min() && plan.rule.min() <= 0;
    plan.set_if_not_empty = plan.shape == Shape::kSingle && plan.choice == nullptr &&
                            plan.type == FieldDescriptor::CPPTYPE_STRING && !field.has_presence();
    plan.bytes = field.type() == FieldDescriptor::TYPE_BYTES;
    if (plan.rule.max_items() > 0) plan.max_items = plan.rule.max_items();
    if (plan.rule.max_length() > 0) {
      plan.max_length = static_cast<size_t>(plan.rule.max_length());
    } else if (plan.bytes) {
      plan.max_length = std::numeric_limits<size_t>::max();
    }
    if (!plan.rule.pattern().empty()) {
      plan.pattern = std::make_unique<RE2>(plan.rule.pattern(), RE2::Quiet);
    }
    for (const std::string& form :
         std::vector<std::string>(absl::StrSplit(plan.rule.resource(), ' ', absl::SkipEmpty()))) {
      plan.resources.emplace_back(form);
    }
    const Descriptor* message = field.message_type();
    if (plan.shape == Shape::kMap) message = message->map_value()->message_type();
    if (message != nullptr) plan.nested = &Make(*message);
    return plan;
  }

  absl::Mutex mutex_;
  std::unordered_map<const Descriptor*, std::unique_ptr<MessagePlan>> plans_
      ABSL_GUARDED_BY(mutex_);
};

Plans& ThePlans() {
  static Plans& plans = *new Plans;
  return plans;
}

size_t CountCharacters(const std::string& text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

// Where a walk is. Put into words only where something is wrong, for most walks find nothing; each
// step borrows the one before it.
class Path {
 public:
  explicit Path(std::string_view root) : word_(root) {}

  Path Field(std::string_view name) const { return {*this, Kind::kField, name, 0}; }
  Path Item(int index) const { return {*this, Kind::kItem, {}, index}; }
  Path Entry(std::string_view key) const { return {*this, Kind::kEntry, key, 0}; }

  // "wave.questionnaires[2].labels[\"nl\"]".
  std::string Text() const {
    if (outer_ == nullptr) return std::string(word_);
    std::string text = outer_->Text();
    switch (kind_) {
      case Kind::kField:
        absl::StrAppend(&text, text.empty() ? "" : ".", Av(word_));
        break;
      case Kind::kItem:
        absl::StrAppend(&text, "[", index_, "]");
        break;
      case Kind::kEntry:
        absl::StrAppend(&text, "[\"", Av(word_.substr(0, 100)), "\"]");
        break;
    }
    return text;
  }

 private:
  enum class Kind { kField, kItem, kEntry };
  Path(const Path& outer, Kind kind, std::string_view word, int index)
      : outer_(&outer), kind_(kind), word_(word), index_(index) {}

  const Path* outer_ = nullptr;
  Kind kind_ = Kind::kField;
  std::string_view word_;
  int index_ = 0;
};

// Walks one message and gathers what is wrong with it.
class Walk {
 public:
  explicit Walk(std::vector<FieldViolation>& found) : found_(found) {}

  // `partial`: a resource that comes with an update mask, so that fields may be left out.
  void Visit(const MessagePlan& plan, const Message& message, const Path& path, bool partial) {
    if (plan.is_timestamp) return CheckTimestamp(message, path);
    const Reflection& fields = *message.GetReflection();
    const OneofDescriptor* choice = nullptr;
    const FieldDescriptor* chosen = nullptr;
    for (const FieldPlan& field : plan.fields) {
      if (found_.size() >= kMaxViolations) return;
      if (field.choice != nullptr) {
        if (field.choice != choice) {
          choice = field.choice;
          chosen = fields.GetOneofFieldDescriptor(message, choice);
        }
        if (field.field != chosen) continue;
      }
      const Path at = path.Field(field.field->name());
      const bool may_lack = partial && field.field->name() != "name";
      switch (field.shape) {
        case Shape::kSingle:
          VisitSingle(field, message, fields, at, may_lack, plan.has_update_mask);
          break;
        case Shape::kList:
          VisitList(field, message, fields, at, may_lack);
          break;
        case Shape::kMap:
          VisitMap(field, message, fields, at, may_lack);
          break;
      }
    }
  }

 private:
  void Add(const Path& path, const char* reason, std::string sentence) {
    if (found_.size() < kMaxViolations)
      found_.push_back({path.Text(), reason, std::move(sentence)});
  }

  void VisitSingle(const FieldPlan& plan, const Message& message, const Reflection& fields,
                   const Path& path, bool may_lack, bool partial_below) {
    const FieldDescriptor& field = *plan.field;
    const auto lacks = [&] {
      if (plan.required && !may_lack) Add(path, "REQUIRED", "must be set");
    };
    if (plan.set_if_not_empty) {
      std::string scratch;
      const std::string& text = fields.GetStringReference(message, &field, &scratch);
      return text.empty() ? lacks() : CheckText(plan, text, path);
    }
    if (plan.choice == nullptr && !fields.HasField(message, &field)) return lacks();
    switch (plan.type) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (plan.per_item) return;
        return Visit(*plan.nested, fields.GetMessage(message, &field), path, partial_below);
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string scratch;
        return CheckText(plan, fields.GetStringReference(message, &field, &scratch), path);
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        return CheckEnum(plan, fields.GetEnumValue(message, &field), path);
      case FieldDescriptor::CPPTYPE_INT32:
        return CheckNumber(plan, fields.GetInt32(message, &field), path);
      case FieldDescriptor::CPPTYPE_INT64:
        return CheckNumber(plan, fields.GetInt64(message, &field), path);
      case FieldDescriptor::CPPTYPE_UINT32:
        return CheckNumber(plan, fields.GetUInt32(message, &field), path);
      case FieldDescriptor::CPPTYPE_UINT64:
        return CheckNumber(plan, fields.GetUInt64(message, &field), path);
      default:
        return;
    }
  }

  void VisitList(const FieldPlan& plan, const Message& message, const Reflection& fields,
                 const Path& path, bool may_lack) {
    const FieldDescriptor& field = *plan.field;
    const int size = fields.FieldSize(message, &field);
    if (!CheckSize(plan, size, path, may_lack) || plan.per_item) return;
    for (int i = 0; i < size && found_.size() < kMaxViolations; ++i) {
      const auto at = [&] { return path.Item(i); };
      switch (plan.type) {
        case FieldDescriptor::CPPTYPE_MESSAGE:
          Visit(*plan.nested, fields.GetRepeatedMessage(message, &field, i), at(), false);
          break;
        case FieldDescriptor::CPPTYPE_STRING: {
          std::string scratch;
          const std::string& text = fields.GetRepeatedStringReference(message, &field, i, &scratch);
          if (text.empty() && (plan.pattern != nullptr || !plan.resources.empty())) {
            Add(at(), "REQUIRED", "must not be empty");
          } else {
            CheckText(plan, text, at());
          }
          break;
        }
        case FieldDescriptor::CPPTYPE_ENUM: {
          const int value = fields.GetRepeatedEnumValue(message, &field, i);
          if (value == 0 && !plan.zero_in_list) {
            Add(at(), "UNKNOWN_ENUM_VALUE", "must be one of " + NamesOf(*field.enum_type()));
          } else {
            CheckEnum(plan, value, at());
          }
          break;
        }
        case FieldDescriptor::CPPTYPE_INT32:
          CheckNumber(plan, fields.GetRepeatedInt32(message, &field, i), at());
          break;
        case FieldDescriptor::CPPTYPE_INT64:
          CheckNumber(plan, fields.GetRepeatedInt64(message, &field, i), at());
          break;
        default:
          break;
      }
    }
  }

  // Entries are visited in the order in which they lie, named by their keys.
  void VisitMap(const FieldPlan& plan, const Message& message, const Reflection& fields,
                const Path& path, bool may_lack) {
    const FieldDescriptor& field = *plan.field;
    const int size = fields.FieldSize(message, &field);
    if (!CheckSize(plan, size, path, may_lack)) return;
    const FieldDescriptor& key = *field.message_type()->map_key();
    const FieldDescriptor& value = *field.message_type()->map_value();
    for (int i = 0; i < size && found_.size() < kMaxViolations; ++i) {
      const Message& entry = fields.GetRepeatedMessage(message, &field, i);
      const Reflection& parts = *entry.GetReflection();
      std::string name;
      if (key.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        name = parts.GetString(entry, &key);
        CheckLength(plan, name, path);
      } else {
        name = std::to_string(key.cpp_type() == FieldDescriptor::CPPTYPE_INT32
                                  ? parts.GetInt32(entry, &key)
                                  : parts.GetInt64(entry, &key));
      }
      const Path at = path.Entry(name);
      if (plan.nested != nullptr) {
        Visit(*plan.nested, parts.GetMessage(entry, &value), at, false);
      } else if (value.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        CheckText(plan, parts.GetString(entry, &value), at);
      } else if (value.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
        FieldPlan of_value;
        of_value.field = &value;
        CheckEnum(of_value, parts.GetEnumValue(entry, &value), at);
      }
    }
  }

  // Why a text is refused: as its rule says, else as `usual`.
  static const char* ReasonOf(const FieldPlan& plan, const char* usual) {
    return plan.rule.reason().empty() ? usual : plan.rule.reason().c_str();
  }

  // False if the list is too long to be looked at.
  bool CheckSize(const FieldPlan& plan, int size, const Path& path, bool may_lack) {
    if (plan.required && size == 0 && !may_lack)
      Add(path, "REQUIRED", "must have at least one item");
    if (size <= plan.max_items) return true;
    Add(path, "TOO_MANY", absl::StrCat("must have at most ", plan.max_items, " items, has ", size));
    return false;
  }

  // Whether `text` may be looked at any further.
  bool CheckLength(const FieldPlan& plan, const std::string& text, const Path& path) {
    if (text.size() <= plan.max_length) return true;
    const size_t length = plan.bytes ? text.size() : CountCharacters(text);
    if (length <= plan.max_length) return true;
    Add(path, ReasonOf(plan, "TOO_LONG"),
        absl::StrCat("must have at most ", plan.max_length, plan.bytes ? " bytes" : " characters",
                     ", has ", length));
    return false;
  }

  void CheckText(const FieldPlan& plan, const std::string& text, const Path& path) {
    if (text.empty() || !CheckLength(plan, text, path)) return;
    if (plan.bytes) return;
    if (text.find('\0') != std::string::npos) {
      return Add(path, ReasonOf(plan, "MALFORMED"), "must not contain a zero byte");
    }
    if (plan.pattern != nullptr && !RE2::FullMatch(text, *plan.pattern)) {
      return Add(path, ReasonOf(plan, "MALFORMED"), "must match " + plan.rule.pattern());
    }
    if (plan.resources.empty()) return;
    for (const ResourcePattern& form : plan.resources) {
      if (form.Matches(text)) return;
    }
    Add(path, "MALFORMED_NAME",
        "must be a name of the form \"" +
            absl::StrJoin(absl::StrSplit(plan.rule.resource(), ' ', absl::SkipEmpty()),
                          "\" or \"") +
            "\"");
  }

  template <typename Number>
  void CheckNumber(const FieldPlan& plan, Number number, const Path& path) {
    const bool low = plan.rule.has_min() && std::cmp_less(number, plan.rule.min());
    const bool high = plan.rule.has_max() && std::cmp_greater(number, plan.rule.max());
    if (!low && !high) return;
    std::string sentence = "must be ";
    if (plan.rule.has_min()) absl::StrAppend(&sentence, "at least ", plan.rule.min());
    if (plan.rule.has_min() && plan.rule.has_max()) sentence += " and ";
    if (plan.rule.has_max()) absl::StrAppend(&sentence, "at most ", plan.rule.max());
    absl::StrAppend(&sentence, ", is ", number);
    Add(path, "OUT_OF_RANGE", std::move(sentence));
  }

  static std::string NamesOf(const google::protobuf::EnumDescriptor& type) {
    std::vector<std::string> names;
    for (int i = 0; i < type.value_count() && names.size() < 20; ++i) {
      if (type.value(i)->number() != 0) names.push_back(type.value(i)->name());
    }
    return absl::StrJoin(names, ", ");
  }

  void CheckEnum(const FieldPlan& plan, int value, const Path& path) {
    const auto& type = *plan.field->enum_type();
    if (type.FindValueByNumber(value) != nullptr) return;
    Add(path, "UNKNOWN_ENUM_VALUE",
        absl::StrCat("must be one of ", NamesOf(type), "; ", value, " is not known"));
  }

  void CheckTimestamp(const Message& message, const Path& path) {
    const Descriptor& type = *message.GetDescriptor();
    const Reflection& fields = *message.GetReflection();
    const int64_t seconds = fields.GetInt64(message, type.FindFieldByNumber(1));
    const int32_t nanos = fields.GetInt32(message, type.FindFieldByNumber(2));
    if (seconds < kFirstSecond || seconds > kLastSecond || nanos < 0 || nanos >= kNanos) {
      Add(path, "OUT_OF_RANGE", "must be a time in the years 1 to 9999");
    }
  }

  std::vector<FieldViolation>& found_;
};

}  // namespace

std::vector<FieldViolation> Violations(const Message& message, std::string_view prefix) {
  std::vector<FieldViolation> found;
  Walk(found).Visit(ThePlans().For(*message.GetDescriptor()), message, Path(prefix), false);
  return found;
}

absl::Status Validate(const Message& message, std::string_view prefix) {
  std::vector<FieldViolation> found = Violations(message, prefix);
  return found.empty() ? absl::OkStatus() : InvalidFields(std::move(found));
}

}  // namespace vg::rpc
