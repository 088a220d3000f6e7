// Says what is wrong with a request that is no message of its method.

#ifndef VG_COMMON_GRPC_MALFORMED_REQUESTS_H_
#define VG_COMMON_GRPC_MALFORMED_REQUESTS_H_

#include <string>

#include "grpcpp/server_builder.h"
#include "grpcpp/support/server_interceptor.h"

#include "common/metrics/metrics.h"

namespace vg::rpc {

// The bytes of a call's only request could not be read as its message: no such encoding, or text
// that is not UTF-8. INVALID_ARGUMENT.
inline constexpr char kMalformedMessage[] = "MALFORMED_MESSAGE";

// gRPC answers such a request itself, before any reactor is made, with a bare UNIMPLEMENTED. This
// puts INVALID_ARGUMENT (MALFORMED_MESSAGE) with details in its place, and counts and logs the call
// like any other. Requests of a stream are its reader's concern. Thread-safe; the registry must
// outlive the server.
class MalformedRequests final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit MalformedRequests(metrics::Registry& registry) : registry_(registry) {}

  // Has the server that `builder` makes answer so.
  static void Register(grpc::ServerBuilder& builder, metrics::Registry& registry);

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override;

 private:
  metrics::Registry& registry_;
};

// What the caller is told; `which` names the message: "the request", "messages[3]".
std::string MalformedMessageText(const std::string& which);

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_MALFORMED_REQUESTS_H_
