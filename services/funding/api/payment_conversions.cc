#include "services/funding/api/payment_conversions.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

std::string PayeeName(std::string_view code) {
  return code.empty() ? std::string() : absl::StrCat("payees/", Av(code));
}

void SetDay(absl::CivilDay day, google::type::Date& date) { date = rpc::ToProto(day); }

v1::PaymentLineState ToProto(LineState state) {
  return static_cast<v1::PaymentLineState>(static_cast<int>(state) + 1);
}

v1::PaymentDifferenceKind ToProto(DifferenceKind kind) {
  return static_cast<v1::PaymentDifferenceKind>(static_cast<int>(kind) + 1);
}

}  // namespace

// The domain's enums count from 0 and the protos' from 1, in the same order.
static_assert(static_cast<int>(LineState::kWithdrawn) + 1 == v1::PAYMENT_LINE_STATE_WITHDRAWN);
static_assert(static_cast<int>(BatchState::kWithdrawn) + 1 == v1::PAYMENT_BATCH_STATE_WITHDRAWN);
static_assert(static_cast<int>(DifferenceState::kResolved) + 1 == v1::DIFFERENCE_STATE_RESOLVED);
static_assert(static_cast<int>(ResolutionKind::kAccepted) + 1 ==
              v1::DIFFERENCE_RESOLUTION_KIND_ACCEPTED);
static_assert(static_cast<int>(DifferenceKind::kDouble) + 1 == v1::PAYMENT_DIFFERENCE_KIND_DOUBLE);
static_assert(static_cast<int>(DifferenceKind::kMissing) + 1 ==
              v1::PAYMENT_DIFFERENCE_KIND_MISSING);
static_assert(static_cast<int>(ChangeState::kRejected) + 1 == v1::PAYEE_CHANGE_STATE_REJECTED);

std::string RecipientNameOf(std::string_view code) {
  return absl::StrCat(absl::StartsWith(Av(code), "GM") ? "municipalities/" : "schools/", Av(code));
}

absl::StatusOr<BankAccount> FromProto(const v1::BankAccount& account, std::string_view field) {
  return MakeBankAccount(account.iban(), account.account_number(), account.bic(),
                         absl::StrCat(Av(field), "."));
}

v1::BankAccount ToProto(const BankAccount& account) {
  v1::BankAccount proto;
  proto.set_iban(account.iban);
  proto.set_account_number(account.number);
  proto.set_bic(account.bic);
  return proto;
}

v1::PayeeAccount ToProto(const Payee& payee) {
  v1::PayeeAccount proto;
  proto.set_payee(PayeeName(payee.code));
  proto.set_title(payee.title);
  *proto.mutable_account() = ToProto(payee.account);
  proto.set_country(payee.country);
  SetDay(payee.valid_from, *proto.mutable_valid_from());
  if (payee.valid_until) SetDay(*payee.valid_until, *proto.mutable_valid_until());
  proto.set_source(payee.source);
  return proto;
}

v1::PayeeChange ToProto(const PayeeChange& change) {
  v1::PayeeChange proto;
  proto.set_name(absl::StrCat("payeeChanges/", change.id));
  proto.set_state(static_cast<v1::PayeeChangeState>(static_cast<int>(change.state) + 1));
  proto.set_account_count(change.account_count);
  proto.set_proposer(change.proposed_by);
  *proto.mutable_propose_time() = rpc::ToProto(change.propose_time);
  proto.set_decider(change.decided_by);
  if (change.decide_time) *proto.mutable_decide_time() = rpc::ToProto(*change.decide_time);
  proto.set_reason(change.reason);
  proto.set_digest(change.digest);
  return proto;
}

absl::StatusOr<ChangeState> FromProto(v1::PayeeChangeState decision) {
  switch (decision) {
    case v1::PAYEE_CHANGE_STATE_APPROVED:
      return ChangeState::kApproved;
    case v1::PAYEE_CHANGE_STATE_REJECTED:
      return ChangeState::kRejected;
    default:
      return InvalidField("decision", "UNKNOWN_VALUE", "must be APPROVED or REJECTED");
  }
}

std::string DigestOf(const std::vector<Payee>& payees) {
  DigestBuilder digest("voortgang.funding.payee_change.v1");
  digest.List(payees.size());
  for (const Payee& payee : payees) {
    digest.Text(payee.code)
        .Text(payee.title)
        .Text(payee.account.iban)
        .Text(payee.account.number)
        .Text(payee.account.bic)
        .Text(payee.country)
        .Text(FormatDay(payee.valid_from))
        .Text(payee.valid_until ? FormatDay(*payee.valid_until) : "")
        .Text(payee.source);
  }
  return digest.Finish();
}

v1::RefusedFileRow ToProto(const RefusedRow& row) {
  v1::RefusedFileRow proto;
  proto.set_line(row.line);
  proto.set_column(row.column);
  proto.set_reason(row.reason);
  proto.set_sentence(row.sentence);
  return proto;
}

v1::PaymentBatch ToProto(const PaymentBatchRow& batch) {
  v1::PaymentBatch proto;
  proto.set_name(OrderOf(batch.id));
  SetDay(absl::CivilDay(batch.plan.period), *proto.mutable_period());
  proto.set_currency(std::string(batch.plan.currency.code()));
  SetDay(batch.plan.execution_date, *proto.mutable_execution_date());
  proto.set_payer_title(batch.plan.payer.title);
  *proto.mutable_payer_account() = ToProto(batch.plan.payer.account);
  proto.set_snapshot(absl::StrCat("snapshots/", batch.snapshot));
  proto.set_message_id(batch.message_id);
  proto.set_digest(batch.digest);
  proto.set_line_count(batch.line_count);
  *proto.mutable_total() = rpc::ToProto(batch.total);
  proto.set_blocked_count(batch.blocked_count);
  *proto.mutable_create_time() = rpc::ToProto(batch.create_time);
  proto.set_creator(batch.created_by);
  if (batch.export_time) *proto.mutable_export_time() = rpc::ToProto(*batch.export_time);
  proto.set_exporter(batch.exported_by);
  proto.set_file_digest(batch.file_digest);
  proto.set_state(static_cast<v1::PaymentBatchState>(static_cast<int>(batch.state) + 1));
  proto.set_decider(batch.decided_by);
  if (batch.decide_time) *proto.mutable_decide_time() = rpc::ToProto(*batch.decide_time);
  proto.set_reason(batch.reason);
  return proto;
}

v1::PaymentBatch ToProto(const PaymentBatch& batch, const BatchDraft& draft) {
  v1::PaymentBatch proto =
      ToProto(PaymentBatchRow{.id = batch.id,
                              .plan = batch.plan,
                              .snapshot = draft.snapshot,
                              .message_id = batch.message_id,
                              .digest = batch.digest,
                              .line_count = static_cast<int64_t>(batch.lines.size()),
                              .total = batch.total,
                              .blocked_count = static_cast<int64_t>(batch.blocked.size()),
                              .create_time = draft.now,
                              .created_by = draft.actor});
  proto.clear_name();
  return proto;
}

void AddTotals(const std::vector<LineTotal>& totals, Currency currency, v1::PaymentBatch& batch) {
  for (const LineTotal& total : totals) {
    v1::PaymentStateTotal& proto = *batch.add_state_totals();
    proto.set_state(ToProto(total.state));
    proto.set_line_count(total.lines);
    *proto.mutable_total() = rpc::ToProto(Money{total.cents, currency});
  }
}

v1::PaymentLine ToProto(const PaymentLineRow& row) {
  const PaymentLine& line = row.line;
  v1::PaymentLine proto;
  proto.set_number(line.number);
  proto.set_recipient(RecipientNameOf(line.due.recipient));
  proto.set_payee(PayeeName(line.due.payee));
  proto.set_payee_title(line.payee_title);
  *proto.mutable_account() = ToProto(line.account);
  *proto.mutable_amount() = rpc::ToProto(line.due.amount);
  proto.set_end_to_end_id(line.end_to_end_id);
  proto.set_state(ToProto(line.state));
  proto.set_return_reason(row.return_reason);
  proto.set_book(line.due.book);
  SetDay(absl::CivilDay(line.due.month), *proto.mutable_month());
  proto.set_payment(line.due.number);
  proto.set_attempt(line.due.attempt);
  return proto;
}

v1::BlockedPayment ToProto(const BlockedPayment& blocked) {
  v1::BlockedPayment proto;
  proto.set_recipient(RecipientNameOf(blocked.due.recipient));
  proto.set_payee(PayeeName(blocked.due.payee));
  *proto.mutable_amount() = rpc::ToProto(blocked.due.amount);
  proto.set_reason(std::string(BlockReasonName(blocked.reason)));
  proto.set_sentence(BlockSentence(blocked));
  proto.set_book(blocked.due.book);
  SetDay(absl::CivilDay(blocked.due.month), *proto.mutable_month());
  return proto;
}

std::optional<LineState> FromProto(v1::PaymentLineState state) {
  if (state == v1::PAYMENT_LINE_STATE_UNSPECIFIED) return std::nullopt;
  return static_cast<LineState>(static_cast<int>(state) - 1);
}

v1::BankStatement ToProto(const BankStatementRow& statement) {
  v1::BankStatement proto;
  proto.set_account(statement.account);
  proto.set_statement(statement.id);
  SetDay(statement.last_day, *proto.mutable_last_day());
  proto.set_transaction_count(statement.transactions);
  proto.set_confirmed_count(statement.confirmed);
  proto.set_returned_count(statement.returned);
  proto.set_difference_count(statement.differences);
  *proto.mutable_import_time() = rpc::ToProto(statement.import_time);
  proto.set_importer(statement.imported_by);
  proto.set_repeated_import(statement.repeated);
  proto.set_digest(statement.digest);
  return proto;
}

// What it is about: of what is missing, the transfer.
static void AddMissing(const MissingLine& missing, v1::PaymentDifference& proto) {
  const PaymentLine& line = missing.row.line;
  SetDay(missing.execution_date, *proto.mutable_date());
  Money amount = line.due.amount;
  amount.cents = -amount.cents;
  *proto.mutable_amount() = rpc::ToProto(amount);
  proto.set_counter_account(line.account.id());
  proto.set_counter_title(line.payee_title);
  proto.set_end_to_end_id(line.end_to_end_id);
  proto.set_payment_batch(OrderOf(missing.row.batch));
  proto.set_remittance(Remittance(line.due));
}

static void AddTransaction(const DifferenceRow& row, v1::PaymentDifference& proto) {
  const BankTransaction& transaction = row.transaction;
  proto.set_account(row.account);
  proto.set_statement(row.statement);
  proto.set_transaction(row.difference.transaction);
  SetDay(transaction.booking_day, *proto.mutable_date());
  Money amount = transaction.amount;
  if (!transaction.credit) amount.cents = -amount.cents;
  *proto.mutable_amount() = rpc::ToProto(amount);
  proto.set_counter_account(transaction.counter_account);
  proto.set_counter_title(transaction.counter_name);
  proto.set_end_to_end_id(transaction.end_to_end_id);
  proto.set_remittance(transaction.remittance);
}

static v1::DifferenceResolution ToProto(const Resolution& resolution) {
  v1::DifferenceResolution proto;
  proto.set_kind(static_cast<v1::DifferenceResolutionKind>(static_cast<int>(resolution.kind) + 1));
  proto.set_note(resolution.note);
  proto.set_end_to_end_id(resolution.transfer);
  proto.set_resolver(resolution.resolved_by);
  *proto.mutable_resolve_time() = rpc::ToProto(resolution.resolve_time);
  proto.set_confirmer(resolution.confirmed_by);
  if (resolution.confirm_time) {
    *proto.mutable_confirm_time() = rpc::ToProto(*resolution.confirm_time);
  }
  return proto;
}

v1::PaymentDifference ToProto(const DifferenceRow& row) {
  v1::PaymentDifference proto;
  proto.set_name(absl::StrCat("paymentDifferences/", row.id));
  proto.set_kind(ToProto(row.difference.kind));
  proto.set_sentence(row.difference.sentence);
  if (row.line.has_value()) {
    AddMissing(*row.line, proto);
  } else {
    AddTransaction(row, proto);
  }
  proto.set_state(static_cast<v1::DifferenceState>(static_cast<int>(row.state) + 1));
  if (row.resolution.has_value()) *proto.mutable_resolution() = ToProto(*row.resolution);
  return proto;
}

std::optional<DifferenceKind> FromProto(v1::PaymentDifferenceKind kind) {
  if (kind == v1::PAYMENT_DIFFERENCE_KIND_UNSPECIFIED) return std::nullopt;
  return static_cast<DifferenceKind>(static_cast<int>(kind) - 1);
}

std::optional<DifferenceState> FromProto(v1::DifferenceState state) {
  if (state == v1::DIFFERENCE_STATE_UNSPECIFIED) return std::nullopt;
  return static_cast<DifferenceState>(static_cast<int>(state) - 1);
}

absl::StatusOr<ResolutionKind> FromProto(v1::DifferenceResolutionKind kind) {
  if (kind == v1::DIFFERENCE_RESOLUTION_KIND_UNSPECIFIED ||
      !v1::DifferenceResolutionKind_IsValid(kind)) {
    return InvalidField("kind", "UNKNOWN_VALUE",
                        "must be PAID, RETURNED, CORRECTED, FEE, NOT_OURS or ACCEPTED");
  }
  return static_cast<ResolutionKind>(static_cast<int>(kind) - 1);
}

absl::StatusOr<BatchState> FromProto(v1::PaymentBatchState decision) {
  switch (decision) {
    case v1::PAYMENT_BATCH_STATE_AUTHORISED:
      return BatchState::kAuthorised;
    case v1::PAYMENT_BATCH_STATE_WITHDRAWN:
      return BatchState::kWithdrawn;
    default:
      return InvalidField("decision", "UNKNOWN_VALUE", "must be AUTHORISED or WITHDRAWN");
  }
}

}  // namespace vg::funding
