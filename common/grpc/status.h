// absl::Status with our details <-> grpc::Status with google.rpc details.

#ifndef VG_COMMON_GRPC_STATUS_H_
#define VG_COMMON_GRPC_STATUS_H_

#include <string_view>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace vg::rpc {

// The domain of every google.rpc.ErrorInfo of this suite.
inline constexpr char kErrorDomain[] = "voortgang";

// For the wire: ErrorInfo always (the reason falls back on the code's name), BadRequest, RetryInfo,
// ResourceInfo (from metadata "resource") and RequestInfo where there is something to say.
// The messages of INTERNAL, UNKNOWN and DATA_LOSS stay here: the caller gets a sentence that names
// the request id.
grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view request_id);

// What another service answered, reason, metadata and violations included (vg::DetailsOf()).
absl::Status FromGrpcStatus(const grpc::Status& status);

// "InvalidArgument", "Canceled": as grpc_code labels have it.
std::string_view CodeName(grpc::StatusCode code);

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_STATUS_H_
