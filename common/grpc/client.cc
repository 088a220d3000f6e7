#include "common/grpc/client.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "grpcpp/support/client_interceptor.h"

#include "common/auth/authenticator.h"
#include "common/grpc/call.h"
#include "common/grpc/trace.h"
#include "common/time/clock.h"

namespace vg::rpc {
namespace {

// So that a served call still has time to answer when the call it made has run out of time.
constexpr absl::Duration kMargin = absl::Milliseconds(20);

// A server that shuts down cancels the calls that reach it before its callers know. What the caller
// itself cancels is not tried again.
constexpr char kServiceConfig[] = R"({
  "loadBalancingConfig": [{"round_robin": {}}],
  "methodConfig": [{
    "name": [{}],
    "retryPolicy": {"maxAttempts": 4, "initialBackoff": "0.05s", "maxBackoff": "1s",
                    "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"]}
  }],
  "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1}
})";

// Lets every call of a channel bring a token along. Call credentials of gRPC would do so on TLS
// alone.
class BringToken final : public grpc::experimental::Interceptor {
 public:
  explicit BringToken(const std::function<std::string()>& token) : token_(token) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    using grpc::experimental::InterceptionHookPoints;
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      if (const std::string token = token_(); !token.empty()) {
        methods->GetSendInitialMetadata()->emplace(auth::kAuthorizationKey, "Bearer " + token);
      }
    }
    methods->Proceed();
  }

 private:
  const std::function<std::string()>& token_;
};

class BringTokens final : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit BringTokens(std::function<std::string()> token) : token_(std::move(token)) {}
  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* /*info*/) override {
    return new BringToken(token_);
  }

 private:
  const std::function<std::string()> token_;  // The factory lives as long as the channel.
};

bool HasScheme(std::string_view target) {
  for (const std::string_view scheme : {"dns:", "ipv4:", "ipv6:", "unix:", "unix-abstract:"}) {
    if (target.substr(0, scheme.size()) == scheme) return true;
  }
  return target.find("://") != std::string_view::npos;
}

}  // namespace

grpc::ChannelArguments MakeChannelArguments(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
  arguments.SetMaxSendMessageSize(static_cast<int>(options.max_message_bytes));
  arguments.SetUserAgentPrefix(options.user_agent);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS,
                   static_cast<int>(absl::ToInt64Milliseconds(options.keepalive)));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  // gRPC would wait up to two minutes before it looks whether a server is back, and half a minute
  // before it asks again which servers there are.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 5000);
  arguments.SetServiceConfigJSON(kServiceConfig);
  return arguments;
}

std::shared_ptr<grpc::Channel> MakeChannel(std::string_view target, const ChannelOptions& options) {
  // Literal addresses, for machines that have no name for a service's replicas.
  const bool several = target.find(',') != std::string_view::npos;
  const std::string address =
      HasScheme(target) ? std::string(target)
                        : std::string(several ? "ipv4:" : "dns:///") + std::string(target);
  const grpc::ChannelArguments arguments = MakeChannelArguments(options);
  if (!options.token) return grpc::CreateCustomChannel(address, options.credentials, arguments);
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<BringTokens>(options.token));
  return grpc::experimental::CreateCustomChannelWithInterceptors(address, options.credentials,
                                                                 arguments, std::move(factories));
}

std::unique_ptr<grpc::ClientContext> NewClientContext(absl::Duration timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  absl::Time deadline = SystemClock().Now() + timeout;
  if (const Call* call = Call::Current(); call != nullptr) {
    deadline = std::min(deadline, call->deadline() - kMargin);
    context->AddMetadata(kRequestIdKey, call->request_id());
    context->AddMetadata(kTraceparentKey, call->traceparent());
    if (call->caller().named()) {
      context->AddMetadata(auth::kPassedOnKey, auth::PassOn(call->caller()));
    }
  }
  if (deadline != absl::InfiniteFuture()) context->set_deadline(absl::ToChronoTime(deadline));
  return context;
}

}  // namespace vg::rpc
