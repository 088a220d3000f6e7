#include "common/grpc/client.h"

#include <algorithm>
#include <chrono>

#include "common/auth/authenticator.h"
#include "common/grpc/call.h"
#include "common/grpc/trace.h"
#include "common/time/clock.h"

namespace vg::rpc {
namespace {

// So that a served call still has time to answer when the call it made has run out of time.
constexpr absl::Duration kMargin = absl::Milliseconds(20);

constexpr char kServiceConfig[] = R"({
  "loadBalancingConfig": [{"round_robin": {}}],
  "methodConfig": [{
    "name": [{}],
    "retryPolicy": {"maxAttempts": 4, "initialBackoff": "0.05s", "maxBackoff": "1s",
                    "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE"]}
  }],
  "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1}
})";

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
  arguments.SetServiceConfigJSON(kServiceConfig);
  return arguments;
}

std::shared_ptr<grpc::Channel> MakeChannel(std::string_view target, const ChannelOptions& options) {
  const std::string address =
      HasScheme(target) ? std::string(target) : "dns:///" + std::string(target);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                   MakeChannelArguments(options));
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
