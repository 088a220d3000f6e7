// Checks a message against the rules its fields carry in the proto (voortgang.api.v1 options).

#ifndef VG_COMMON_GRPC_VALIDATION_H_
#define VG_COMMON_GRPC_VALIDATION_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

#include "common/status/error.h"

namespace vg::rpc {

// INVALID_ARGUMENT with every violation of `message`, in field order, with paths such as
// `questions[3].options[1].id`, under `prefix` if one is given. The call pipeline calls it for
// every request; handlers only check what takes more than one field to see. The resource of an
// update request (one with an update_mask) may lack required fields: what the update leads to is
// for the handler to validate. A list of enum values may hold the unspecified one only where its
// rule says `min: 0`. Thread-safe.
absl::Status Validate(const google::protobuf::Message& message, std::string_view prefix = {});

// The same, as a list: for batches that refuse single items and messages whose faults are told,
// whose field is marked `per_item` so that Validate does not look into them. At most
// `kMaxViolations`.
std::vector<FieldViolation> Violations(const google::protobuf::Message& message,
                                       std::string_view prefix = {});

inline constexpr size_t kMaxViolations = 100;

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_VALIDATION_H_
