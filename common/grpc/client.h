// Calling another service: channels, contexts that pass on deadline and trace, statuses with
// reasons.

#ifndef VG_COMMON_GRPC_CLIENT_H_
#define VG_COMMON_GRPC_CLIENT_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/call_once.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"

#include "common/concurrency/blocking.h"
#include "common/grpc/status.h"

namespace vg::rpc {

struct ChannelOptions {
  size_t max_message_bytes = size_t{64} << 20;
  absl::Duration keepalive = absl::Seconds(60);
  std::string user_agent = "voortgang";
  // TLS by MakeChannelCredentials (common/grpc/tls.h).
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  // Asked before each call for the bearer token that it brings along; no function, or an empty
  // token: none. Must not wait.
  std::function<std::string()> token = {};
};

// A channel to `target` ("host:port", or any gRPC target): round robin over all addresses
// of the name, UNAVAILABLE and a server's CANCELLED retried (at most four attempts), keepalive.
std::shared_ptr<grpc::Channel> MakeChannel(std::string_view target,
                                           const ChannelOptions& options = {});

// The arguments behind MakeChannel, for channels made otherwise (server.InProcessChannel).
grpc::ChannelArguments MakeChannelArguments(const ChannelOptions& options = {});

// A context for one call from this thread: the deadline is `timeout` from now, and a margin before
// the end of the call that this thread serves if that is sooner; request id, trace context
// and the caller's name and roles are passed on. `timeout` infinite: only the served call's
// deadline (streams).
std::unique_ptr<grpc::ClientContext> NewClientContext(absl::Duration timeout = absl::Seconds(10));

// One service as seen by another. Copyable, thread-safe. The channel is looked up at the first
// call, so that in one process a client may exist before the server does.
//
//   rpc::Client<registry::v1::RegistryService> registry = platform.ClientOf<...>("registry");
//   ASSIGN_OR_RETURN(const auto school,
//                    registry.Call(&registry::v1::RegistryService::Stub::GetSchool, request));
template <typename Service>
class Client {
 public:
  using Stub = typename Service::Stub;
  using Channels = std::function<std::shared_ptr<grpc::ChannelInterface>()>;

  explicit Client(Channels channel) : state_(std::make_shared<State>()) {
    state_->channel = std::move(channel);
  }
  explicit Client(std::shared_ptr<grpc::ChannelInterface> channel)
      : Client(Channels([channel = std::move(channel)] { return channel; })) {}

  // Makes one unary call and waits for it. Errors keep the reason and details of the other service.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request,
                                absl::Duration timeout = absl::Seconds(10)) const {
    AssertMayBlock("a call to another service");
    const std::unique_ptr<grpc::ClientContext> context = NewClientContext(timeout);
    Response response;
    const grpc::Status status = (stub().*method)(context.get(), request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    return response;
  }

  // For streams, with a context of NewClientContext; FromGrpcStatus(reader->Finish()) at the end.
  Stub& stub() const {
    absl::call_once(state_->once, [this] { state_->stub = Service::NewStub(state_->channel()); });
    return *state_->stub;
  }

 private:
  struct State {
    Channels channel;
    absl::once_flag once;
    std::unique_ptr<Stub> stub;
  };
  std::shared_ptr<State> state_;
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_CLIENT_H_
