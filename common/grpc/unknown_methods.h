// Answers calls of methods that nobody serves.

#ifndef VG_COMMON_GRPC_UNKNOWN_METHODS_H_
#define VG_COMMON_GRPC_UNKNOWN_METHODS_H_

#include "grpcpp/generic/async_generic_service.h"

#include "common/grpc/method_info.h"
#include "common/metrics/metrics.h"

namespace vg::rpc {

// UNIMPLEMENTED, counted under grpc_service="unknown": a caller cannot make new series by making up
// names. The registry must outlive it.
class UnknownMethods final : public grpc::CallbackGenericService {
 public:
  explicit UnknownMethods(metrics::Registry& registry);

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  const MethodInfo method_;
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_UNKNOWN_METHODS_H_
