// The border of disclosure control.

#ifndef VG_SERVICES_INDICATORS_API_DISCLOSURE_SERVICE_H_
#define VG_SERVICES_INDICATORS_API_DISCLOSURE_SERVICE_H_

#include <functional>
#include <string>

#include "common/grpc/call.h"
#include "common/grpc/call_pipeline.h"
#include "common/time/clock.h"
#include "services/indicators/api/figure_counts.h"
#include "services/indicators/api/measures.h"
#include "services/indicators/api/tables.h"
#include "services/indicators/storage/disclosure_store.h"
#include "services/indicators/storage/indicator_store.h"
#include "voortgang/indicators/v1/disclosure_service.grpc.pb.h"

namespace vg::indicators {

// Who calls, as tables are shown to them. PERMISSION_DENIED (ROLE_MISSING) for figures without
// protection by one who is no analyst.
absl::StatusOr<Viewer> ViewerOf(const rpc::Call& call,
                                const voortgang::indicators::v1::QueryEstimatesRequest& request);
// Leaves a line in the audit log if figures without protection are about to be answered.
void AuditRead(rpc::Call& call, const voortgang::indicators::v1::QueryEstimatesRequest& request);

// Borrows everything; thread-safe.
class DisclosureService final
    : public voortgang::indicators::v1::DisclosureService::CallbackService {
 public:
  DisclosureService(const IndicatorStore& indicators, DisclosureStore& disclosures,
                    Measures& measures, Tables& tables, metrics::Registry& metrics,
                    const Clock& clock, rpc::CallPipeline& calls)
      : indicators_(indicators),
        disclosures_(disclosures),
        measures_(measures),
        tables_(tables),
        counts_(metrics),
        clock_(clock),
        calls_(calls) {}

  grpc::ServerUnaryReactor* SetPolicy(grpc::CallbackServerContext* context,
                                      const voortgang::indicators::v1::SetPolicyRequest* request,
                                      voortgang::indicators::v1::PolicyVersion* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&DisclosureService::Set, this));
  }
  grpc::ServerUnaryReactor* GetPolicy(grpc::CallbackServerContext* context,
                                      const voortgang::indicators::v1::GetPolicyRequest* request,
                                      voortgang::indicators::v1::PolicyVersion* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&DisclosureService::Get, this));
  }
  grpc::ServerUnaryReactor* AuditTable(grpc::CallbackServerContext* context,
                                       const voortgang::indicators::v1::AuditTableRequest* request,
                                       voortgang::indicators::v1::TableAudit* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&DisclosureService::Audit, this));
  }
  grpc::ServerUnaryReactor* ProtectTables(
      grpc::CallbackServerContext* context,
      const voortgang::indicators::v1::ProtectTablesRequest* request,
      voortgang::indicators::v1::ProtectedTables* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&DisclosureService::Protect, this));
  }

 private:
  absl::Status Set(rpc::Call& call, const voortgang::indicators::v1::SetPolicyRequest& request,
                   voortgang::indicators::v1::PolicyVersion& response);
  absl::Status Get(const voortgang::indicators::v1::GetPolicyRequest& request,
                   voortgang::indicators::v1::PolicyVersion& response);
  absl::Status Audit(rpc::Call& call, const voortgang::indicators::v1::AuditTableRequest& request,
                     voortgang::indicators::v1::TableAudit& response);
  absl::Status Protect(rpc::Call& call,
                       const voortgang::indicators::v1::ProtectTablesRequest& request,
                       voortgang::indicators::v1::ProtectedTables& response);

  const IndicatorStore& indicators_;
  DisclosureStore& disclosures_;
  Measures& measures_;
  Tables& tables_;
  FigureCounts counts_;
  const Clock& clock_;
  rpc::CallPipeline& calls_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_DISCLOSURE_SERVICE_H_
