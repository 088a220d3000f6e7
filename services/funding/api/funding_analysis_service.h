// The gRPC service that computes without keeping anything.

#ifndef VG_SERVICES_FUNDING_API_FUNDING_ANALYSIS_SERVICE_H_
#define VG_SERVICES_FUNDING_API_FUNDING_ANALYSIS_SERVICE_H_

#include <string>

#include "absl/status/status.h"

#include "common/grpc/call_pipeline.h"
#include "services/funding/api/run_reader.h"
#include "services/funding/peers/register.h"
#include "services/funding/storage/funding_store.h"
#include "voortgang/funding/v1/funding_analysis_service.grpc.pb.h"

namespace vg::funding {

// Thread-safe. Borrows everything it is made from.
class FundingAnalysisService final
    : public voortgang::funding::v1::FundingAnalysisService::CallbackService {
 public:
  FundingAnalysisService(FundingStore& store, Register& registry, rpc::CallPipeline& calls);

  grpc::ServerUnaryReactor* Simulate(grpc::CallbackServerContext* context,
                                     const voortgang::funding::v1::SimulateRequest* request,
                                     voortgang::funding::v1::SimulateResponse* response) override;
  grpc::ServerUnaryReactor* ExportExplanation(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ExportExplanationRequest* request,
      voortgang::funding::v1::ExportExplanationResponse* response) override;
  grpc::ServerWriteReactor<voortgang::funding::v1::CompareRunsResponse>* CompareRuns(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::CompareRunsRequest* request) override;
  grpc::ServerUnaryReactor* WhatIf(grpc::CallbackServerContext* context,
                                   const voortgang::funding::v1::WhatIfRequest* request,
                                   voortgang::funding::v1::WhatIfResponse* response) override;

 private:
  absl::Status DoSimulate(const voortgang::funding::v1::SimulateRequest& request,
                          voortgang::funding::v1::SimulateResponse& response);
  absl::Status SimulateAll(const voortgang::funding::v1::SimulateRequest& request,
                           const Calculator& calculator, const SnapshotIdentity& snapshot,
                           const std::string& scheme_version,
                           voortgang::funding::v1::SimulateResponse& response);
  absl::Status SimulateOne(const voortgang::funding::v1::SimulateRequest& request,
                           const Calculator& calculator, const SnapshotIdentity& snapshot,
                           const std::string& scheme_version,
                           voortgang::funding::v1::SimulateResponse& response);
  absl::Status DoExport(const voortgang::funding::v1::ExportExplanationRequest& request,
                        voortgang::funding::v1::ExportExplanationResponse& response);
  absl::Status DoCompare(rpc::Call& call, const voortgang::funding::v1::CompareRunsRequest& request,
                         rpc::Writer<voortgang::funding::v1::CompareRunsResponse>& writer);
  absl::Status DoWhatIf(const voortgang::funding::v1::WhatIfRequest& request,
                        voortgang::funding::v1::WhatIfResponse& response);

  // The rules that a request asks for, with its parameters; `scheme_version` becomes their name, if
  // they have one and are as published.
  template <typename Request>
  absl::StatusOr<Calculator> RulesOf(const Request& request, const Calculator* otherwise,
                                     std::string& scheme_version);

  Register& register_;
  RunReader runs_;
  rpc::CallPipeline& calls_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_FUNDING_ANALYSIS_SERVICE_H_
