#include "services/funding/api/payment_service.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/names.h"
#include "services/funding/api/paging.h"
#include "services/funding/api/payment_conversions.h"
#include "services/funding/api/recipient_payees.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

constexpr size_t kShownAtOnce = 1000;  // Items beside the answer of a write.
constexpr rpc::PageLimits kFewPages = {.default_size = 50, .max_size = 500};

// Of "paymentBatches/2021-11-eur-1" what comes after the slash.
absl::StatusOr<std::string> IdIn(std::string_view pattern, std::string_view name,
                                 std::string_view field) {
  return rpc::ResourcePattern(pattern).ParseId(name, field);
}

absl::StatusOr<BatchDraft> DraftOf(const v1::CreatePaymentBatchRequest& request) {
  BatchDraft draft;
  ASSIGN_OR_RETURN(const absl::CivilDay period, rpc::FromProto(request.period(), "period"));
  if (period.day() != 1) {
    return InvalidField("period", "NOT_A_MONTH", "must be the first day of a month");
  }
  draft.period = absl::CivilMonth(period);
  ASSIGN_OR_RETURN(draft.currency, Currency::FromCode(request.currency()));
  ASSIGN_OR_RETURN(draft.execution_date,
                   rpc::FromProto(request.execution_date(), "execution_date"));
  draft.payer.title = request.payer_title();
  ASSIGN_OR_RETURN(draft.payer.account, FromProto(request.payer_account(), "payer_account"));
  ASSIGN_OR_RETURN(draft.snapshot, ParseSnapshot(request.snapshot(), "snapshot"));
  return draft;
}

std::string RequestDigest(const v1::CreatePaymentBatchRequest& request) {
  return DigestBuilder("voortgang.funding.create_payment_batch.v1")
      .Integer(request.period().year() * 100 + request.period().month())
      .Text(request.currency())
      .Integer((request.execution_date().year() * 100 + request.execution_date().month()) * 100 +
               request.execution_date().day())
      .Text(request.payer_title())
      .Text(request.payer_account().iban())
      .Text(request.payer_account().account_number())
      .Text(request.payer_account().bic())
      .Text(request.snapshot())
      .Finish();
}

}  // namespace

PaymentService::PaymentService(PayeeStore& payees, PaymentStore& payments,
                               StatementStore& statements, DifferenceStore& differences,
                               Register& registry, const Clock& clock, metrics::Registry& metrics,
                               rpc::CallPipeline& calls)
    : payees_(payees),
      payments_(payments),
      statements_(statements),
      differences_(differences),
      register_(registry),
      clock_(clock),
      confirmed_(Outcomes(metrics, "confirmed")),
      returned_(Outcomes(metrics, "returned")),
      differing_(Outcomes(metrics, "difference")),
      calls_(calls) {
  calls_.SetUnaryDeadline("CreatePaymentBatch", absl::Minutes(5));
  calls_.SetUnaryDeadline("DecidePaymentBatch", absl::Minutes(5));
}

grpc::ServerUnaryReactor* PaymentService::DecidePayeeChange(
    grpc::CallbackServerContext* context, const v1::DecidePayeeChangeRequest* request,
    v1::PayeeChange* response) {
  return calls_.Unary(context, request, response, std::bind_front(&PaymentService::DoDecide, this));
}
grpc::ServerUnaryReactor* PaymentService::ListPayeeChanges(
    grpc::CallbackServerContext* context, const v1::ListPayeeChangesRequest* request,
    v1::ListPayeeChangesResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&PaymentService::DoListChanges, this));
}
grpc::ServerUnaryReactor* PaymentService::ListPayeeAccounts(
    grpc::CallbackServerContext* context, const v1::ListPayeeAccountsRequest* request,
    v1::ListPayeeAccountsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&PaymentService::DoListAccounts, this));
}
grpc::ServerUnaryReactor* PaymentService::CreatePaymentBatch(
    grpc::CallbackServerContext* context, const v1::CreatePaymentBatchRequest* request,
    v1::CreatePaymentBatchResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&PaymentService::DoCreate, this));
}
grpc::ServerUnaryReactor* PaymentService::DecidePaymentBatch(
    grpc::CallbackServerContext* context, const v1::DecidePaymentBatchRequest* request,
    v1::PaymentBatch* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&PaymentService::DoDecideBatch, this));
}
grpc::ServerUnaryReactor* PaymentService::GetPaymentBatch(grpc::CallbackServerContext* context,
                                                          const v1::GetPaymentBatchRequest* request,
                                                          v1::PaymentBatch* response) {
  return calls_.Unary(context, request, response, std::bind_front(&PaymentService::DoGet, this));
}
grpc::ServerUnaryReactor* PaymentService::ListPaymentBatches(
    grpc::CallbackServerContext* context, const v1::ListPaymentBatchesRequest* request,
    v1::ListPaymentBatchesResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&PaymentService::DoList, this));
}
grpc::ServerUnaryReactor* PaymentService::ListPaymentLines(
    grpc::CallbackServerContext* context, const v1::ListPaymentLinesRequest* request,
    v1::ListPaymentLinesResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&PaymentService::DoListLines, this));
}
grpc::ServerUnaryReactor* PaymentService::ListBlockedPayments(
    grpc::CallbackServerContext* context, const v1::ListBlockedPaymentsRequest* request,
    v1::ListBlockedPaymentsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&PaymentService::DoListBlocked, this));
}
grpc::ServerUnaryReactor* PaymentService::ListBankStatements(
    grpc::CallbackServerContext* context, const v1::ListBankStatementsRequest* request,
    v1::ListBankStatementsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&PaymentService::DoListStatements, this));
}

absl::StatusOr<PaymentBatchRow> PaymentService::BatchNamed(std::string_view name,
                                                           std::string_view field) {
  ASSIGN_OR_RETURN(const std::string id, IdIn("paymentBatches/{payment_batch}", name, field));
  ASSIGN_OR_RETURN(std::optional<PaymentBatchRow> row, payments_.Find(id));
  if (!row.has_value()) return NotFound(name);
  return *std::move(row);
}

absl::Status PaymentService::DoDecide(rpc::Call& call, const v1::DecidePayeeChangeRequest& request,
                                      v1::PayeeChange& response) {
  ASSIGN_OR_RETURN(const std::string id,
                   IdIn("payeeChanges/{payee_change}", request.name(), "name"));
  ASSIGN_OR_RETURN(const ChangeState decision, FromProto(request.decision()));
  ASSIGN_OR_RETURN(const PayeeChange change, payees_.Decide(id, {.to = decision,
                                                                 .decided_by = call.caller().name,
                                                                 .decide_time = clock_.Now(),
                                                                 .reason = request.reason()}));
  response = ToProto(change);
  return absl::OkStatus();
}

absl::Status PaymentService::DoListChanges(const v1::ListPayeeChangesRequest& request,
                                           v1::ListPayeeChangesResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kFewPages));
  ASSIGN_OR_RETURN(const std::vector<std::string> keys, rpc::UnpackPosition(page.position, 2));
  absl::Time before = absl::InfiniteFuture();
  if (!page.position.empty()) {
    ASSIGN_OR_RETURN(const int64_t micros, NumberIn(keys[0]));
    before = absl::FromUnixMicros(micros);
  }
  ASSIGN_OR_RETURN(std::vector<PayeeChange> changes, payees_.List(before, keys[1], page.size + 1));
  response.set_next_page_token(EndPage(request, page, changes, [](const PayeeChange& last) {
    return rpc::PackPosition({absl::StrCat(absl::ToUnixMicros(last.propose_time)), last.id});
  }));
  for (const PayeeChange& change : changes) *response.add_payee_changes() = ToProto(change);
  return absl::OkStatus();
}

absl::Status PaymentService::DoListAccounts(const v1::ListPayeeAccountsRequest& request,
                                            v1::ListPayeeAccountsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request));
  std::vector<Payee> accounts;
  if (!request.parent().empty()) {
    ASSIGN_OR_RETURN(const std::string change,
                     IdIn("payeeChanges/{payee_change}", request.parent(), "parent"));
    ASSIGN_OR_RETURN(const std::optional<PayeeChange> found, payees_.Find(change));
    if (!found.has_value()) return NotFound(request.parent());
    ASSIGN_OR_RETURN(const int64_t after, NumberIn(page.position));
    ASSIGN_OR_RETURN(accounts, payees_.Accounts(change, after, page.size + 1));
    response.set_next_page_token(EndPage(request, page, accounts, [&](const Payee&) {
      return absl::StrCat(after + static_cast<int64_t>(page.size));
    }));
  } else {
    absl::CivilDay day = absl::ToCivilDay(clock_.Now(), absl::UTCTimeZone());
    if (request.has_date()) {
      ASSIGN_OR_RETURN(day, rpc::FromProto(request.date(), "date"));
    }
    std::string only;
    if (!request.payee().empty()) {
      ASSIGN_OR_RETURN(only, IdIn("payees/{payee}", request.payee(), "payee"));
    }
    ASSIGN_OR_RETURN(accounts, payees_.AccountsOn(day, page.position, only, page.size + 1));
    response.set_next_page_token(
        EndPage(request, page, accounts, [](const Payee& last) { return last.code; }));
  }
  for (const Payee& payee : accounts) *response.add_payee_accounts() = ToProto(payee);
  return absl::OkStatus();
}

absl::Status PaymentService::DoCreate(rpc::Call& call, const v1::CreatePaymentBatchRequest& request,
                                      v1::CreatePaymentBatchResponse& response) {
  ASSIGN_OR_RETURN(BatchDraft draft, DraftOf(request));
  draft.now = clock_.Now();
  draft.actor = call.caller().name;
  ASSIGN_OR_RETURN(const RecipientPayees payees, RecipientPayees::Read(register_, draft.snapshot));
  const auto payee_of = [&payees](std::string_view recipient) { return payees.Of(recipient); };
  std::vector<BlockedPayment> blocked;
  if (request.validate_only()) {
    ASSIGN_OR_RETURN(PaymentBatch batch, payments_.Plan(draft, payee_of));
    *response.mutable_payment_batch() = ToProto(batch, draft);
    blocked = std::move(batch.blocked);
    if (blocked.size() > kShownAtOnce) blocked.resize(kShownAtOnce);
  } else {
    ASSIGN_OR_RETURN(
        const PaymentBatchRow batch,
        payments_.Create({"CreatePaymentBatch", request.request_id(), RequestDigest(request)},
                         draft, payee_of));
    *response.mutable_payment_batch() = ToProto(batch);
    ASSIGN_OR_RETURN(const std::vector<LineTotal> totals, payments_.Totals(batch.id));
    AddTotals(totals, batch.plan.currency, *response.mutable_payment_batch());
    ASSIGN_OR_RETURN(blocked, payments_.Blocked(batch.id, 0, kShownAtOnce));
  }
  for (const BlockedPayment& one : blocked) *response.add_blocked_payments() = ToProto(one);
  return absl::OkStatus();
}

absl::Status PaymentService::DoDecideBatch(rpc::Call& call,
                                           const v1::DecidePaymentBatchRequest& request,
                                           v1::PaymentBatch& response) {
  ASSIGN_OR_RETURN(const std::string id,
                   IdIn("paymentBatches/{payment_batch}", request.name(), "name"));
  BatchDecision decision{.digest = request.digest(),
                         .decided_by = call.caller().name,
                         .decide_time = clock_.Now(),
                         .reason = request.reason()};
  ASSIGN_OR_RETURN(decision.to, FromProto(request.decision()));
  ASSIGN_OR_RETURN(const PaymentBatchRow batch, payments_.Decide(id, decision));
  response = ToProto(batch);
  ASSIGN_OR_RETURN(const std::vector<LineTotal> totals, payments_.Totals(batch.id));
  AddTotals(totals, batch.plan.currency, response);
  return absl::OkStatus();
}

absl::Status PaymentService::DoGet(const v1::GetPaymentBatchRequest& request,
                                   v1::PaymentBatch& response) {
  ASSIGN_OR_RETURN(const PaymentBatchRow batch, BatchNamed(request.name(), "name"));
  response = ToProto(batch);
  ASSIGN_OR_RETURN(const std::vector<LineTotal> totals, payments_.Totals(batch.id));
  AddTotals(totals, batch.plan.currency, response);
  return absl::OkStatus();
}

absl::Status PaymentService::DoList(const v1::ListPaymentBatchesRequest& request,
                                    v1::ListPaymentBatchesResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kFewPages));
  ASSIGN_OR_RETURN(std::vector<PaymentBatchRow> rows, payments_.List(page.position, page.size + 1));
  response.set_next_page_token(
      EndPage(request, page, rows, [](const PaymentBatchRow& last) { return last.id; }));
  for (const PaymentBatchRow& row : rows) *response.add_payment_batches() = ToProto(row);
  return absl::OkStatus();
}

absl::Status PaymentService::DoListLines(const v1::ListPaymentLinesRequest& request,
                                         v1::ListPaymentLinesResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request));
  ASSIGN_OR_RETURN(const int64_t after, NumberIn(page.position));
  ASSIGN_OR_RETURN(const PaymentBatchRow batch, BatchNamed(request.parent(), "parent"));
  ASSIGN_OR_RETURN(std::vector<PaymentLineRow> rows,
                   payments_.Lines(batch.id, FromProto(request.state()), static_cast<int>(after),
                                   page.size + 1));
  response.set_next_page_token(EndPage(request, page, rows, [](const PaymentLineRow& last) {
    return absl::StrCat(last.line.number);
  }));
  for (const PaymentLineRow& row : rows) *response.add_payment_lines() = ToProto(row);
  return absl::OkStatus();
}

absl::Status PaymentService::DoListBlocked(const v1::ListBlockedPaymentsRequest& request,
                                           v1::ListBlockedPaymentsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request));
  ASSIGN_OR_RETURN(const int64_t after, NumberIn(page.position));
  ASSIGN_OR_RETURN(const PaymentBatchRow batch, BatchNamed(request.parent(), "parent"));
  ASSIGN_OR_RETURN(std::vector<BlockedPayment> rows,
                   payments_.Blocked(batch.id, after, page.size + 1));
  response.set_next_page_token(EndPage(request, page, rows, [&](const BlockedPayment&) {
    return absl::StrCat(after + static_cast<int64_t>(page.size));
  }));
  for (const BlockedPayment& row : rows) *response.add_blocked_payments() = ToProto(row);
  return absl::OkStatus();
}

absl::Status PaymentService::DoListStatements(const v1::ListBankStatementsRequest& request,
                                              v1::ListBankStatementsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kFewPages));
  ASSIGN_OR_RETURN(const std::vector<std::string> keys, rpc::UnpackPosition(page.position, 2));
  ASSIGN_OR_RETURN(std::vector<BankStatementRow> rows,
                   statements_.List({.account = keys[0], .id = keys[1]}, page.size + 1));
  response.set_next_page_token(EndPage(request, page, rows, [](const BankStatementRow& last) {
    return rpc::PackPosition({last.account, last.id});
  }));
  for (const BankStatementRow& row : rows) *response.add_bank_statements() = ToProto(row);
  return absl::OkStatus();
}

}  // namespace vg::funding
