// The gRPC service of accountability.

#ifndef VG_SERVICES_FUNDING_API_ACCOUNTABILITY_SERVICE_H_
#define VG_SERVICES_FUNDING_API_ACCOUNTABILITY_SERVICE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/grpc/call_pipeline.h"
#include "common/time/clock.h"
#include "services/funding/api/recipient_payees.h"
#include "services/funding/peers/register.h"
#include "services/funding/storage/accountability_store.h"
#include "services/funding/storage/carry_over_store.h"
#include "services/funding/storage/recovery_store.h"
#include "voortgang/funding/v1/accountability_service.grpc.pb.h"

namespace vg::funding {

// Thread-safe. Borrows everything it is made from.
class AccountabilityService final
    : public voortgang::funding::v1::AccountabilityService::CallbackService {
 public:
  AccountabilityService(AccountabilityStore& store, RecoveryStore& recoveries,
                        CarryOverStore& carry_overs, Register& registry, const Clock& clock,
                        rpc::CallPipeline& calls);

  grpc::ServerUnaryReactor* PublishAccountabilityRules(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::PublishAccountabilityRulesRequest* request,
      voortgang::funding::v1::AccountabilityRulesVersion* response) override;
  grpc::ServerUnaryReactor* GetAccountabilityRules(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::GetAccountabilityRulesRequest* request,
      voortgang::funding::v1::AccountabilityRulesVersion* response) override;
  grpc::ServerReadReactor<voortgang::funding::v1::SubmitSpendingRequest>* SubmitSpending(
      grpc::CallbackServerContext* context,
      voortgang::funding::v1::SubmitSpendingResponse* response) override;
  grpc::ServerUnaryReactor* ListSpendingReports(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListSpendingReportsRequest* request,
      voortgang::funding::v1::ListSpendingReportsResponse* response) override;
  grpc::ServerUnaryReactor* ListFundPositions(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListFundPositionsRequest* request,
      voortgang::funding::v1::ListFundPositionsResponse* response) override;
  grpc::ServerUnaryReactor* GetAccountabilityStatement(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::GetAccountabilityStatementRequest* request,
      voortgang::funding::v1::AccountabilityStatement* response) override;
  grpc::ServerUnaryReactor* CarryOverUnspent(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::CarryOverUnspentRequest* request,
      voortgang::funding::v1::CarryOverUnspentResponse* response) override;
  grpc::ServerUnaryReactor* ReverseCarryOver(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ReverseCarryOverRequest* request,
      voortgang::funding::v1::CarryOver* response) override;
  grpc::ServerUnaryReactor* ListCarryOverLines(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListCarryOverLinesRequest* request,
      voortgang::funding::v1::ListCarryOverLinesResponse* response) override;
  grpc::ServerUnaryReactor* RecoverUnspent(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::RecoverUnspentRequest* request,
      voortgang::funding::v1::RecoverUnspentResponse* response) override;
  grpc::ServerUnaryReactor* SettleRecovery(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::SettleRecoveryRequest* request,
      voortgang::funding::v1::RecoveryLine* response) override;
  grpc::ServerUnaryReactor* ListRecoveryLines(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListRecoveryLinesRequest* request,
      voortgang::funding::v1::ListRecoveryLinesResponse* response) override;

 private:
  using Reader = rpc::Reader<voortgang::funding::v1::SubmitSpendingRequest>;
  // The newest rules of a grant, in both forms.
  struct Rules {
    RulesRow row;
    AccountabilityRules rules;
  };
  absl::Status DoPublish(rpc::Call& call,
                         const voortgang::funding::v1::PublishAccountabilityRulesRequest& request,
                         voortgang::funding::v1::AccountabilityRulesVersion& response);
  absl::Status DoGetRules(const voortgang::funding::v1::GetAccountabilityRulesRequest& request,
                          voortgang::funding::v1::AccountabilityRulesVersion& response);
  absl::Status DoSubmit(rpc::Call& call, Reader& reader,
                        voortgang::funding::v1::SubmitSpendingResponse& response);
  absl::Status DoListReports(const voortgang::funding::v1::ListSpendingReportsRequest& request,
                             voortgang::funding::v1::ListSpendingReportsResponse& response);
  absl::Status DoListPositions(const voortgang::funding::v1::ListFundPositionsRequest& request,
                               voortgang::funding::v1::ListFundPositionsResponse& response);
  absl::Status DoStatement(const voortgang::funding::v1::GetAccountabilityStatementRequest& request,
                           voortgang::funding::v1::AccountabilityStatement& response);
  absl::Status DoCarryOver(rpc::Call& call,
                           const voortgang::funding::v1::CarryOverUnspentRequest& request,
                           voortgang::funding::v1::CarryOverUnspentResponse& response);
  absl::Status DoReverseCarryOver(rpc::Call& call,
                                  const voortgang::funding::v1::ReverseCarryOverRequest& request,
                                  voortgang::funding::v1::CarryOver& response);
  absl::Status DoListCarryOver(const voortgang::funding::v1::ListCarryOverLinesRequest& request,
                               voortgang::funding::v1::ListCarryOverLinesResponse& response);
  absl::Status DoRecover(rpc::Call& call,
                         const voortgang::funding::v1::RecoverUnspentRequest& request,
                         voortgang::funding::v1::RecoverUnspentResponse& response);
  absl::Status DoSettle(rpc::Call& call,
                        const voortgang::funding::v1::SettleRecoveryRequest& request,
                        voortgang::funding::v1::RecoveryLine& response);
  absl::Status DoListClaims(const voortgang::funding::v1::ListRecoveryLinesRequest& request,
                            voortgang::funding::v1::ListRecoveryLinesResponse& response);

  absl::StatusOr<Rules> RulesNamed(std::string_view grant);
  // The recipients of "boards/40740" or "municipalities/GM0363", by code. INVALID_ARGUMENT,
  // SNAPSHOT_REQUIRED.
  absl::StatusOr<std::vector<std::string>> RecipientsOf(const std::string& holder,
                                                        const std::string& snapshot);
  // Reads what follows the terms. Faults of rows and reports go to the response.
  absl::StatusOr<std::vector<NumberedReport>> ReadReports(
      Reader& reader, const AccountabilityRules& rules,
      voortgang::funding::v1::SubmitSpendingResponse& response);
  absl::CivilDay Today() const;

  AccountabilityStore& store_;
  RecoveryStore& recoveries_;
  CarryOverStore& carry_overs_;
  Register& register_;
  const Clock& clock_;
  rpc::CallPipeline& calls_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_ACCOUNTABILITY_SERVICE_H_
