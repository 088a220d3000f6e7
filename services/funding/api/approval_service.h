// The gRPC service of approvals.

#ifndef VG_SERVICES_FUNDING_API_APPROVAL_SERVICE_H_
#define VG_SERVICES_FUNDING_API_APPROVAL_SERVICE_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/grpc/call_pipeline.h"
#include "common/time/clock.h"
#include "services/funding/peers/register.h"
#include "services/funding/storage/approval_store.h"
#include "services/funding/storage/funding_store.h"
#include "services/funding/storage/release_store.h"
#include "voortgang/funding/v1/approval_service.grpc.pb.h"

namespace vg::funding {

// Thread-safe. Borrows everything it is made from.
class ApprovalService final : public voortgang::funding::v1::ApprovalService::CallbackService {
 public:
  ApprovalService(FundingStore& store, ApprovalStore& approvals, ReleaseStore& releases,
                  Register& registry, const Clock& clock, rpc::CallPipeline& calls);

  grpc::ServerUnaryReactor* CheckRun(grpc::CallbackServerContext* context,
                                     const voortgang::funding::v1::CheckRunRequest* request,
                                     voortgang::funding::v1::CheckRunResponse* response) override;
  grpc::ServerUnaryReactor* ApproveRun(grpc::CallbackServerContext* context,
                                       const voortgang::funding::v1::ApproveRunRequest* request,
                                       voortgang::funding::v1::Approval* response) override;
  grpc::ServerUnaryReactor* ReleaseApproval(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ReleaseApprovalRequest* request,
      voortgang::funding::v1::Approval* response) override;
  grpc::ServerUnaryReactor* ReverseApproval(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ReverseApprovalRequest* request,
      voortgang::funding::v1::Approval* response) override;
  grpc::ServerUnaryReactor* GetApproval(grpc::CallbackServerContext* context,
                                        const voortgang::funding::v1::GetApprovalRequest* request,
                                        voortgang::funding::v1::Approval* response) override;
  grpc::ServerUnaryReactor* ListApprovals(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListApprovalsRequest* request,
      voortgang::funding::v1::ListApprovalsResponse* response) override;
  grpc::ServerUnaryReactor* ListApprovalEvents(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListApprovalEventsRequest* request,
      voortgang::funding::v1::ListApprovalEventsResponse* response) override;

 private:
  absl::Status DoCheck(const voortgang::funding::v1::CheckRunRequest& request,
                       voortgang::funding::v1::CheckRunResponse& response);
  absl::Status DoApprove(rpc::Call& call, const voortgang::funding::v1::ApproveRunRequest& request,
                         voortgang::funding::v1::Approval& response);
  absl::Status DoRelease(rpc::Call& call,
                         const voortgang::funding::v1::ReleaseApprovalRequest& request,
                         voortgang::funding::v1::Approval& response);
  absl::Status DoReverse(rpc::Call& call,
                         const voortgang::funding::v1::ReverseApprovalRequest& request,
                         voortgang::funding::v1::Approval& response);
  absl::Status DoGet(const voortgang::funding::v1::GetApprovalRequest& request,
                     voortgang::funding::v1::Approval& response);
  absl::Status DoList(const voortgang::funding::v1::ListApprovalsRequest& request,
                      voortgang::funding::v1::ListApprovalsResponse& response);
  absl::Status DoListEvents(const voortgang::funding::v1::ListApprovalEventsRequest& request,
                            voortgang::funding::v1::ListApprovalEventsResponse& response);

  // Calls `step` with the size of each batch until the approval is past `under_way`, `most`
  // recipients are done (0: no limit), or nobody waits for the answer any more.
  absl::Status Finish(const rpc::Call& call, int64_t most, ApprovalState under_way,
                      absl::FunctionRef<absl::StatusOr<Approval>(size_t batch)> step,
                      voortgang::funding::v1::Approval& response);
  // Today where the programme is.
  absl::CivilDay Today() const;
  absl::StatusOr<Scheme> SchemeOfApproval(std::string_view name);

  FundingStore& store_;
  ApprovalStore& approvals_;
  ReleaseStore& releases_;
  Register& register_;
  const Clock& clock_;
  rpc::CallPipeline& calls_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_APPROVAL_SERVICE_H_
