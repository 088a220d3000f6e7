#include "common/grpc/field_mask.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/field_mask_util.h"
#include "google/protobuf/util/message_differencer.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "voortgang/api/v1/field.pb.h"

namespace vg::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using Path = std::vector<const FieldDescriptor*>;

bool MeansAll(const FieldMask& mask) { return mask.paths_size() == 1 && mask.paths(0) == "*"; }

const voortgang::api::v1::FieldRule& RuleOf(const FieldDescriptor& field) {
  return field.options().GetExtension(voortgang::api::v1::field);
}

absl::Status Unknown(const char* mask_field, const std::string& path, const Descriptor& type) {
  return InvalidField(mask_field, "FIELD_MASK_UNKNOWN_PATH",
                      "\"" + path + "\" is not a field of " + type.name() +
                          "; write fields as the proto does, separated by points");
}

absl::StatusOr<Path> Resolve(const char* mask_field, const std::string& path,
                             const Descriptor& type) {
  Path fields;
  const Descriptor* at = &type;
  for (const std::string& name : std::vector<std::string>(absl::StrSplit(path, '.'))) {
    const FieldDescriptor* field = at == nullptr ? nullptr : at->FindFieldByName(name);
    if (field == nullptr) return Unknown(mask_field, path, type);
    fields.push_back(field);
    at = field->is_repeated() ? nullptr : field->message_type();
  }
  return fields;
}

// `message` with nothing but `field` in it.
std::unique_ptr<Message> Only(const FieldDescriptor& field, const Message& message) {
  std::unique_ptr<Message> only(message.New());
  only->CopyFrom(message);
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  for (const FieldDescriptor* other : set) {
    if (other != &field) only->GetReflection()->ClearField(only.get(), other);
  }
  only->GetReflection()->MutableUnknownFields(only.get())->Clear();
  return only;
}

absl::Status Replace(const FieldDescriptor& field, const std::string& path, const Message& source,
                     Message& target) {
  const std::unique_ptr<Message> value = Only(field, source);
  if (RuleOf(field).immutable()) {
    if (google::protobuf::util::MessageDifferencer::Equals(*value, *Only(field, target))) {
      return absl::OkStatus();
    }
    return InvalidField(path, "IMMUTABLE", "cannot be changed after creation");
  }
  target.GetReflection()->ClearField(&target, &field);
  target.MergeFrom(*value);
  return absl::OkStatus();
}

absl::Status ApplyPath(const Path& path, const std::string& text, const Message& source,
                       Message& target) {
  const Message* from = &source;
  Message* to = &target;
  for (size_t i = 0; i < path.size(); ++i) {
    const FieldDescriptor& field = *path[i];
    const bool own = i == 0 && (field.name() == "name" || field.name() == "etag");
    if (own || RuleOf(field).output_only()) return absl::OkStatus();
    if (i + 1 == path.size()) return Replace(field, text, *from, *to);
    from = &from->GetReflection()->GetMessage(*from, &field);
    to = to->GetReflection()->MutableMessage(to, &field);
  }
  return absl::OkStatus();
}

// The paths that an absent mask stands for, or all of the type's fields.
std::vector<std::string> TopLevel(const Message& source, bool all) {
  std::vector<const FieldDescriptor*> fields;
  if (all) {
    for (int i = 0; i < source.GetDescriptor()->field_count(); ++i) {
      fields.push_back(source.GetDescriptor()->field(i));
    }
  } else {
    source.GetReflection()->ListFields(source, &fields);
  }
  std::vector<std::string> names;
  for (const FieldDescriptor* field : fields) names.push_back(field->name());
  return names;
}

}  // namespace

absl::Status ApplyUpdateMask(const FieldMask& mask, const Message& source, Message& target) {
  const bool all = MeansAll(mask);
  const std::vector<std::string> paths =
      all || mask.paths_size() == 0
          ? TopLevel(source, all)
          : std::vector<std::string>(mask.paths().begin(), mask.paths().end());
  std::vector<Path> resolved;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(resolved.emplace_back(),
                     Resolve("update_mask", path, *source.GetDescriptor()));
  }
  const std::unique_ptr<Message> updated(target.New());
  updated->CopyFrom(target);
  for (size_t i = 0; i < paths.size(); ++i) {
    RETURN_IF_ERROR(ApplyPath(resolved[i], paths[i], source, *updated));
  }
  target.CopyFrom(*updated);
  return absl::OkStatus();
}

absl::Status ApplyReadMask(const FieldMask& mask, Message& message) {
  if (mask.paths_size() == 0 || MeansAll(mask)) return absl::OkStatus();
  for (const std::string& path : mask.paths()) {
    RETURN_IF_ERROR(Resolve("read_mask", path, *message.GetDescriptor()).status());
  }
  google::protobuf::util::FieldMaskUtil::TrimMessage(mask, &message);
  return absl::OkStatus();
}

}  // namespace vg::rpc
