// Says what is wrong with a request that is no message of its method.

#ifndef VG_COMMON_GRPC_MALFORMED_REQUESTS_H_
#define VG_COMMON_GRPC_MALFORMED_REQUESTS_H_

#include <functional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/support/server_interceptor.h"

#include "common/metrics/metrics.h"

namespace vg::rpc {

// INVALID_ARGUMENT (MALFORMED_MESSAGE): the bytes of `which` ("the request", "messages[3]") could
// not be read as its message: no such encoding, or text that is not UTF-8.
absl::Status MalformedMessage(const std::string& which);

// gRPC answers such a request itself, before any reactor is made, with a bare UNIMPLEMENTED. This
// puts INVALID_ARGUMENT (MALFORMED_MESSAGE) with details in its place, and counts and logs the call
// like any other. Requests of a stream, and those that come from a queue, are their readers'
// concern; of a queue's call without any message gRPC tells nobody and ends it as INTERNAL. Thread-safe; the registry must outlive the server.
class MalformedRequests final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  // `queued` are the paths of methods that are served from queues.
  MalformedRequests(metrics::Registry& registry, std::set<std::string, std::less<>> queued)
      : registry_(registry), queued_(std::move(queued)) {}

  // Has the server that `builder` makes answer so.
  static void Register(grpc::ServerBuilder& builder, metrics::Registry& registry,
                       std::set<std::string, std::less<>> queued = {});

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override;

 private:
  metrics::Registry& registry_;
  const std::set<std::string, std::less<>> queued_;
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_MALFORMED_REQUESTS_H_
