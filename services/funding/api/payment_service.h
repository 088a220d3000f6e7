// The gRPC service of payments.

#ifndef VG_SERVICES_FUNDING_API_PAYMENT_SERVICE_H_
#define VG_SERVICES_FUNDING_API_PAYMENT_SERVICE_H_

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "prometheus/counter.h"

#include "common/grpc/call_pipeline.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/funding/peers/register.h"
#include "services/funding/storage/difference_store.h"
#include "services/funding/storage/payee_store.h"
#include "services/funding/storage/payment_store.h"
#include "services/funding/storage/statement_store.h"
#include "voortgang/funding/v1/payment_service.grpc.pb.h"

namespace vg::funding {

// Thread-safe. Borrows everything it is made from.
class PaymentService final : public voortgang::funding::v1::PaymentService::CallbackService {
 public:
  PaymentService(PayeeStore& payees, PaymentStore& payments, StatementStore& statements,
                 DifferenceStore& differences, Register& registry, const Clock& clock,
                 metrics::Registry& metrics, rpc::CallPipeline& calls);

  grpc::ServerReadReactor<voortgang::funding::v1::ImportPayeesRequest>* ImportPayees(
      grpc::CallbackServerContext* context,
      voortgang::funding::v1::ImportPayeesResponse* response) override;
  grpc::ServerUnaryReactor* DecidePayeeChange(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::DecidePayeeChangeRequest* request,
      voortgang::funding::v1::PayeeChange* response) override;
  grpc::ServerUnaryReactor* ListPayeeChanges(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListPayeeChangesRequest* request,
      voortgang::funding::v1::ListPayeeChangesResponse* response) override;
  grpc::ServerUnaryReactor* ListPayeeAccounts(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListPayeeAccountsRequest* request,
      voortgang::funding::v1::ListPayeeAccountsResponse* response) override;
  grpc::ServerUnaryReactor* CreatePaymentBatch(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::CreatePaymentBatchRequest* request,
      voortgang::funding::v1::CreatePaymentBatchResponse* response) override;
  grpc::ServerUnaryReactor* DecidePaymentBatch(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::DecidePaymentBatchRequest* request,
      voortgang::funding::v1::PaymentBatch* response) override;
  grpc::ServerUnaryReactor* GetPaymentBatch(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::GetPaymentBatchRequest* request,
      voortgang::funding::v1::PaymentBatch* response) override;
  grpc::ServerUnaryReactor* ListPaymentBatches(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListPaymentBatchesRequest* request,
      voortgang::funding::v1::ListPaymentBatchesResponse* response) override;
  grpc::ServerUnaryReactor* ListPaymentLines(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListPaymentLinesRequest* request,
      voortgang::funding::v1::ListPaymentLinesResponse* response) override;
  grpc::ServerUnaryReactor* ListBlockedPayments(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListBlockedPaymentsRequest* request,
      voortgang::funding::v1::ListBlockedPaymentsResponse* response) override;
  grpc::ServerWriteReactor<voortgang::funding::v1::ExportPaymentBatchResponse>* ExportPaymentBatch(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ExportPaymentBatchRequest* request) override;
  grpc::ServerReadReactor<voortgang::funding::v1::ReconcileStatementRequest>* ReconcileStatement(
      grpc::CallbackServerContext* context,
      voortgang::funding::v1::ReconcileStatementResponse* response) override;
  grpc::ServerUnaryReactor* ListBankStatements(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListBankStatementsRequest* request,
      voortgang::funding::v1::ListBankStatementsResponse* response) override;
  grpc::ServerUnaryReactor* ListPaymentDifferences(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ListPaymentDifferencesRequest* request,
      voortgang::funding::v1::ListPaymentDifferencesResponse* response) override;
  grpc::ServerUnaryReactor* ResolvePaymentDifference(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::ResolvePaymentDifferenceRequest* request,
      voortgang::funding::v1::PaymentDifference* response) override;
  grpc::ServerUnaryReactor* DecideDifferenceResolution(
      grpc::CallbackServerContext* context,
      const voortgang::funding::v1::DecideDifferenceResolutionRequest* request,
      voortgang::funding::v1::PaymentDifference* response) override;

 private:
  using PayeeReader = rpc::Reader<voortgang::funding::v1::ImportPayeesRequest>;
  using StatementReader = rpc::Reader<voortgang::funding::v1::ReconcileStatementRequest>;
  using FileWriter = rpc::Writer<voortgang::funding::v1::ExportPaymentBatchResponse>;

  absl::Status DoImportPayees(rpc::Call& call, PayeeReader& reader,
                              voortgang::funding::v1::ImportPayeesResponse& response);
  absl::Status DoDecide(rpc::Call& call,
                        const voortgang::funding::v1::DecidePayeeChangeRequest& request,
                        voortgang::funding::v1::PayeeChange& response);
  absl::Status DoListChanges(const voortgang::funding::v1::ListPayeeChangesRequest& request,
                             voortgang::funding::v1::ListPayeeChangesResponse& response);
  absl::Status DoListAccounts(const voortgang::funding::v1::ListPayeeAccountsRequest& request,
                              voortgang::funding::v1::ListPayeeAccountsResponse& response);
  absl::Status DoCreate(rpc::Call& call,
                        const voortgang::funding::v1::CreatePaymentBatchRequest& request,
                        voortgang::funding::v1::CreatePaymentBatchResponse& response);
  absl::Status DoDecideBatch(rpc::Call& call,
                             const voortgang::funding::v1::DecidePaymentBatchRequest& request,
                             voortgang::funding::v1::PaymentBatch& response);
  absl::Status DoGet(const voortgang::funding::v1::GetPaymentBatchRequest& request,
                     voortgang::funding::v1::PaymentBatch& response);
  absl::Status DoList(const voortgang::funding::v1::ListPaymentBatchesRequest& request,
                      voortgang::funding::v1::ListPaymentBatchesResponse& response);
  absl::Status DoListLines(const voortgang::funding::v1::ListPaymentLinesRequest& request,
                           voortgang::funding::v1::ListPaymentLinesResponse& response);
  absl::Status DoListBlocked(const voortgang::funding::v1::ListBlockedPaymentsRequest& request,
                             voortgang::funding::v1::ListBlockedPaymentsResponse& response);
  absl::Status DoExport(rpc::Call& call,
                        const voortgang::funding::v1::ExportPaymentBatchRequest& request,
                        FileWriter& writer);
  absl::Status DoReconcile(rpc::Call& call, StatementReader& reader,
                           voortgang::funding::v1::ReconcileStatementResponse& response);
  absl::Status DoListStatements(const voortgang::funding::v1::ListBankStatementsRequest& request,
                                voortgang::funding::v1::ListBankStatementsResponse& response);
  absl::Status DoListDifferences(
      const voortgang::funding::v1::ListPaymentDifferencesRequest& request,
      voortgang::funding::v1::ListPaymentDifferencesResponse& response);

  absl::Status DoResolve(rpc::Call& call,
                         const voortgang::funding::v1::ResolvePaymentDifferenceRequest& request,
                         voortgang::funding::v1::PaymentDifference& response);
  absl::Status DoDecideResolution(
      rpc::Call& call, const voortgang::funding::v1::DecideDifferenceResolutionRequest& request,
      voortgang::funding::v1::PaymentDifference& response);

  // At most `room` payments that are missing, after the line `number` of `batch`.
  absl::Status AddMissing(const voortgang::funding::v1::ListPaymentDifferencesRequest& request,
                          size_t room, std::string_view batch, int64_t number,
                          voortgang::funding::v1::ListPaymentDifferencesResponse& response);
  // NOT_FOUND if there is none.
  absl::StatusOr<PaymentBatchRow> BatchNamed(std::string_view name, std::string_view field);
  static prometheus::Counter& Outcomes(metrics::Registry& metrics, const char* outcome);
  // Calls `take` with each of the batch's lines, by number.
  absl::Status ForEachLine(const std::string& batch,
                           const std::function<absl::Status(const PaymentLine&)>& take);

  PayeeStore& payees_;
  PaymentStore& payments_;
  StatementStore& statements_;
  DifferenceStore& differences_;
  Register& register_;
  const Clock& clock_;
  prometheus::Counter& confirmed_;
  prometheus::Counter& returned_;
  prometheus::Counter& differing_;
  std::atomic<int> reading_ = 0;  // Statements that are being read: each is held as a tree.
  rpc::CallPipeline& calls_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_PAYMENT_SERVICE_H_
