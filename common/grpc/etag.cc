#include "common/grpc/etag.h"

#include <memory>

#include "absl/strings/escaping.h"

#include "common/grpc/canonical.h"
#include "common/status/error.h"

namespace vg::rpc {

std::string EtagOf(const google::protobuf::Message& resource) {
  const std::unique_ptr<google::protobuf::Message> content(resource.New());
  content->CopyFrom(resource);
  ClearNamed("etag", *content);
  return absl::WebSafeBase64Escape(BigEndian(Checksum(DeterministicBytes(*content))));
}

absl::Status CheckEtag(std::string_view given, std::string_view current,
                       std::string_view resource_name) {
  if (given.empty() || given == "*" || given == current) return absl::OkStatus();
  const std::string name(resource_name);
  return Error(absl::StatusCode::kAborted, "ETAG_MISMATCH",
               "etag: " + name + " was changed since it was read; read it again and decide anew",
               {{"resource", name}, {"etag", std::string(current)}});
}

}  // namespace vg::rpc
