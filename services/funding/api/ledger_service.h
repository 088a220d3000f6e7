// The gRPC service of the ledger.

#ifndef VG_SERVICES_FUNDING_API_LEDGER_SERVICE_H_
#define VG_SERVICES_FUNDING_API_LEDGER_SERVICE_H_

#include "absl/status/status.h"

#include "common/grpc/call_pipeline.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "voortgang/funding/v1/ledger_service.grpc.pb.h"

namespace vg::funding {

// Thread-safe. Borrows everything it is made from.
class LedgerService final : public voortgang::funding::v1::LedgerService::CallbackService {
 public:
  LedgerService(LedgerStore& ledger, PaymentPlanStore& plan, rpc::CallPipeline& calls);

  grpc::ServerUnaryReactor* ListBooks(grpc::CallbackServerContext* context,
                                      const voortgang::funding::v1::ListBooksRequest* request,
                                      voortgang::funding::v1::ListBooksResponse* response) override;
  grpc::ServerUnaryReactor* ListBalances(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListBalancesRequest* request,
      voortgang::funding::v1::ListBalancesResponse* response) override;
  grpc::ServerUnaryReactor* ListEntries(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListEntriesRequest* request,
      voortgang::funding::v1::ListEntriesResponse* response) override;
  grpc::ServerUnaryReactor* GetStatement(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::GetStatementRequest* request,
      voortgang::funding::v1::RecipientStatement* response) override;
  grpc::ServerUnaryReactor* VerifyLedger(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::VerifyLedgerRequest* request,
      voortgang::funding::v1::VerifyLedgerResponse* response) override;

 private:
  absl::Status DoListBooks(const voortgang::funding::v1::ListBooksRequest& request,
                           voortgang::funding::v1::ListBooksResponse& response);
  absl::Status DoListBalances(const voortgang::funding::v1::ListBalancesRequest& request,
                              voortgang::funding::v1::ListBalancesResponse& response);
  absl::Status DoListEntries(const voortgang::funding::v1::ListEntriesRequest& request,
                             voortgang::funding::v1::ListEntriesResponse& response);
  absl::Status DoGetStatement(const voortgang::funding::v1::GetStatementRequest& request,
                              voortgang::funding::v1::RecipientStatement& response);
  absl::Status DoVerify(const voortgang::funding::v1::VerifyLedgerRequest& request,
                        voortgang::funding::v1::VerifyLedgerResponse& response);

  LedgerStore& ledger_;
  PaymentPlanStore& plan_;
  rpc::CallPipeline& calls_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_LEDGER_SERVICE_H_
