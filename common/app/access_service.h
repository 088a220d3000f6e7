// voortgang.access.v1: tells callers who they are taken for.

#ifndef VG_COMMON_APP_ACCESS_SERVICE_H_
#define VG_COMMON_APP_ACCESS_SERVICE_H_

#include "absl/status/status.h"

#include "common/grpc/call_pipeline.h"
#include "voortgang/access/v1/access_service.grpc.pb.h"

namespace vg {

// Part of every server. The pipeline must outlive it.
class AccessService final : public voortgang::access::v1::AccessService::CallbackService {
 public:
  explicit AccessService(rpc::CallPipeline& calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* WhoAmI(grpc::CallbackServerContext* context,
                                   const voortgang::access::v1::WhoAmIRequest* request,
                                   voortgang::access::v1::Caller* response) override;

 private:
  rpc::CallPipeline& calls_;
};

}  // namespace vg

#endif  // VG_COMMON_APP_ACCESS_SERVICE_H_
