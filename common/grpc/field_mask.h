// Which fields of a message are meant: update masks (AIP-161) and read masks (AIP-157).

#ifndef VG_COMMON_GRPC_FIELD_MASK_H_
#define VG_COMMON_GRPC_FIELD_MASK_H_

#include "absl/status/status.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace vg::rpc {

// Copies the fields that `mask` names from `source` to `target`, two messages of one type.
// A named field that is empty in `source` is cleared in `target`; a named list is replaced as a
// whole. An empty mask means the fields that are set in `source`; "*" means all. Fields marked
// output_only are never copied; `name` neither. An unknown path is INVALID_ARGUMENT on update_mask,
// reason FIELD_MASK_UNKNOWN_PATH; an immutable field that would change is reason FIELD_IMMUTABLE.
absl::Status ApplyUpdateMask(const google::protobuf::FieldMask& mask,
                             const google::protobuf::Message& source,
                             google::protobuf::Message& target);

// Clears what `mask` does not name. An empty mask, or "*", keeps all. Errors as above, on
// read_mask.
absl::Status ApplyReadMask(const google::protobuf::FieldMask& mask,
                           google::protobuf::Message& message);

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_FIELD_MASK_H_
