// The gRPC service of funding.

#ifndef VG_SERVICES_FUNDING_API_FUNDING_SERVICE_H_
#define VG_SERVICES_FUNDING_API_FUNDING_SERVICE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/grpc/call_pipeline.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/funding/api/names.h"
#include "services/funding/api/run_reader.h"
#include "services/funding/peers/register.h"
#include "services/funding/storage/funding_store.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"

namespace vg::funding {

// Thread-safe. Borrows everything it is made from.
class FundingService final : public voortgang::funding::v1::FundingService::CallbackService {
 public:
  FundingService(FundingStore& store, Register& registry, const Clock& clock,
                 metrics::Registry& metrics, rpc::CallPipeline& calls);

  grpc::ServerUnaryReactor* PublishScheme(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::PublishSchemeRequest* request,
      voortgang::funding::v1::SchemeVersion* response) override;
  grpc::ServerUnaryReactor* GetSchemeVersion(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::GetSchemeVersionRequest* request,
      voortgang::funding::v1::SchemeVersion* response) override;
  grpc::ServerUnaryReactor* ListSchemeVersions(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListSchemeVersionsRequest* request,
      voortgang::funding::v1::ListSchemeVersionsResponse* response) override;
  grpc::ServerUnaryReactor* Allocate(grpc::CallbackServerContext* context,
                                     const voortgang::funding::v1::AllocateRequest* request,
                                     voortgang::funding::v1::Run* response) override;
  grpc::ServerUnaryReactor* GetRun(grpc::CallbackServerContext* context,
                                   const voortgang::funding::v1::GetRunRequest* request,
                                   voortgang::funding::v1::Run* response) override;
  grpc::ServerUnaryReactor* ListRuns(grpc::CallbackServerContext* context,
                                     const voortgang::funding::v1::ListRunsRequest* request,
                                     voortgang::funding::v1::ListRunsResponse* response) override;
  grpc::ServerUnaryReactor* GetAllocation(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::GetAllocationRequest* request,
      voortgang::funding::v1::Allocation* response) override;
  grpc::ServerUnaryReactor* ListAllocations(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListAllocationsRequest* request,
      voortgang::funding::v1::ListAllocationsResponse* response) override;
  grpc::ServerUnaryReactor* ExplainAllocation(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ExplainAllocationRequest* request,
      voortgang::funding::v1::Explanation* response) override;

 private:
  absl::Status DoPublish(const voortgang::funding::v1::PublishSchemeRequest& request,
                         voortgang::funding::v1::SchemeVersion& response);
  absl::Status DoGetScheme(const voortgang::funding::v1::GetSchemeVersionRequest& request,
                           voortgang::funding::v1::SchemeVersion& response);
  absl::Status DoListSchemes(const voortgang::funding::v1::ListSchemeVersionsRequest& request,
                             voortgang::funding::v1::ListSchemeVersionsResponse& response);
  absl::Status DoAllocate(rpc::Call& call, const voortgang::funding::v1::AllocateRequest& request,
                          voortgang::funding::v1::Run& response);
  absl::Status DoGetRun(const voortgang::funding::v1::GetRunRequest& request,
                        voortgang::funding::v1::Run& response);
  absl::Status DoListRuns(const voortgang::funding::v1::ListRunsRequest& request,
                          voortgang::funding::v1::ListRunsResponse& response);
  absl::Status DoGetAllocation(const voortgang::funding::v1::GetAllocationRequest& request,
                               voortgang::funding::v1::Allocation& response);
  absl::Status DoListAllocations(const voortgang::funding::v1::ListAllocationsRequest& request,
                                 voortgang::funding::v1::ListAllocationsResponse& response);
  absl::Status DoExplain(const voortgang::funding::v1::ExplainAllocationRequest& request,
                         voortgang::funding::v1::Explanation& response);

  // The id of the run that one by `scheme` may take the place of; empty for no name. NOT_FOUND;
  // FAILED_PRECONDITION, NOT_SUPERSEDABLE.
  absl::StatusOr<std::string> Supersedable(std::string_view name, const SchemeVersionRow& scheme);

  FundingStore& store_;
  Register& register_;
  RunReader runs_;
  const Clock& clock_;
  prometheus::Counter& determined_;
  prometheus::Counter& undetermined_;
  rpc::CallPipeline& calls_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_FUNDING_SERVICE_H_
