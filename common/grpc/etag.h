// Etags as AIP-154 has them.

#ifndef VG_COMMON_GRPC_ETAG_H_
#define VG_COMMON_GRPC_ETAG_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace vg::rpc {

// A strong etag over the content of `resource`; a field named `etag` in it does not count.
std::string EtagOf(const google::protobuf::Message& resource);

// OK if `given` is empty (the caller does not mind), "*" or equal to `current`; else ABORTED,
// reason ETAG_MISMATCH, with the current etag in the metadata.
absl::Status CheckEtag(std::string_view given, std::string_view current,
                       std::string_view resource_name);

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_ETAG_H_
