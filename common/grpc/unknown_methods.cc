#include "common/grpc/unknown_methods.h"

#include <string>

#include "common/grpc/status.h"
#include "common/grpc/trace.h"
#include "common/status/error.h"

namespace vg::rpc {
namespace {

constexpr size_t kMaxNameLength = 200;

class Refusal final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Refusal(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

UnknownMethods::UnknownMethods(metrics::Registry& registry)
    : method_(MakeMethodInfo("unknown", "unknown", "unary", registry)) {}

grpc::ServerGenericBidiReactor* UnknownMethods::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  method_.started->Increment();
  const std::string name = context->method().substr(0, kMaxNameLength);
  const grpc::Status status =
      ToGrpcStatus(Error(absl::StatusCode::kUnimplemented, "UNKNOWN_METHOD",
                         name + " is not served here; reflection lists what is"),
                   RequestIdFrom({}));
  method_.HandledWith(status.error_code()).Increment();
  method_.seconds->Observe(0);
  return new Refusal(status);
}

}  // namespace vg::rpc
