#include "common/grpc/malformed_requests.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "common/grpc/method_info.h"
#include "common/grpc/status.h"
#include "common/grpc/trace.h"
#include "common/log/log.h"
#include "common/status/error.h"

namespace vg::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

class Answer final : public grpc::experimental::Interceptor {
 public:
  Answer(const ServerRpcInfo& info, metrics::Registry& registry)
      : method_(info.method()),
        type_(info.type() == ServerRpcInfo::Type::UNARY ? "unary" : "server_stream"),
        registry_(registry) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS) &&
        IsGrpcsOwn(methods->GetSendStatus())) {
      methods->ModifySendStatus(Refuse());
    }
    methods->Proceed();
  }

 private:
  // Ours always has a sentence.
  static bool IsGrpcsOwn(const grpc::Status& status) {
    return status.error_code() == grpc::StatusCode::UNIMPLEMENTED && status.error_message().empty();
  }

  grpc::Status Refuse() const {
    const std::string id = RequestIdFrom({});
    const std::string_view path = method_;  // "/package.Service/Method".
    const size_t slash = path.rfind('/');
    if (slash != std::string_view::npos && slash > 0) {
      const MethodInfo method =
          MakeMethodInfo(std::string(path.substr(1, slash - 1)),
                         std::string(path.substr(slash + 1)), type_, registry_);
      method.started->Increment();
      method.HandledWith(grpc::StatusCode::INVALID_ARGUMENT).Increment();
    }
    LOG(INFO) << "a request to " << method_ << " is no message of its method; request " << id;
    return ToGrpcStatus(MalformedMessage("the request"), id);
  }

  const char* const method_;
  const char* const type_;
  metrics::Registry& registry_;
};

}  // namespace

void MalformedRequests::Register(grpc::ServerBuilder& builder, metrics::Registry& registry,
                                 std::set<std::string, std::less<>> queued) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<MalformedRequests>(registry, std::move(queued)));
  builder.experimental().SetInterceptorCreators(std::move(factories));
}

grpc::experimental::Interceptor* MalformedRequests::CreateServerInterceptor(ServerRpcInfo* info) {
  if (queued_.contains(std::string_view(info->method()))) return nullptr;
  switch (info->type()) {
    case ServerRpcInfo::Type::UNARY:
    case ServerRpcInfo::Type::SERVER_STREAMING:
      return new Answer(*info, registry_);
    default:
      return nullptr;
  }
}

absl::Status MalformedMessage(const std::string& which) {
  return Error(
      absl::StatusCode::kInvalidArgument, "MALFORMED_MESSAGE",
      which +
          " cannot be read: its bytes are no message of this method, or a text in it is not UTF-8");
}

}  // namespace vg::rpc
