#include "services/funding/storage/payment_store.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/payments/payment_errors.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/payment_words.h"

namespace vg::funding {
namespace {

constexpr char kDue[] =
    "SELECT book, recipient, number, attempt, month, cents FROM planned_payment "
    "WHERE state = 'planned' AND currency = $1 AND month <= $2 ORDER BY book, recipient, number";

absl::StatusOr<std::vector<DuePayment>> ReadDue(sql::Transaction& transaction,
                                                const BatchDraft& draft, PayeeOf payee_of) {
  std::vector<DuePayment> due;
  RETURN_IF_ERROR(
      transaction.Query(kDue, {draft.currency.code(), FormatDay(absl::CivilDay(draft.period))},
                        [&](const sql::Row& row) -> absl::Status {
                          ASSIGN_OR_RETURN(const absl::CivilDay month, ParseDay(row.Text(4)));
                          due.push_back({.book = row.String(0),
                                         .recipient = row.String(1),
                                         .number = row.Int64(2),
                                         .attempt = row.Int64(3) + 1,
                                         .month = absl::CivilMonth(month),
                                         .payee = payee_of(row.Text(1)),
                                         .amount = {row.Int64(5), draft.currency}});
                          return absl::OkStatus();
                        }));
  return due;
}

absl::StatusOr<int64_t> LastSequence(sql::Transaction& transaction, const BatchDraft& draft) {
  ASSIGN_OR_RETURN(
      const std::optional<int64_t> last,
      transaction.QueryInt64(
          "SELECT MAX(sequence) FROM payment_batch WHERE period = $1 AND currency = $2",
          {FormatDay(absl::CivilDay(draft.period)), draft.currency.code()}));
  return last.value_or(0);
}

absl::StatusOr<PaymentBatch> PlanIn(sql::Transaction& transaction, const BatchDraft& draft,
                                    PayeeOf payee_of, int64_t sequence) {
  ASSIGN_OR_RETURN(std::vector<DuePayment> due, ReadDue(transaction, draft, payee_of));
  ASSIGN_OR_RETURN(const ApprovedAccounts accounts, ReadApproved(transaction));
  const BatchPlan plan{.period = draft.period,
                       .currency = draft.currency,
                       .sequence = static_cast<int>(sequence),
                       .execution_date = draft.execution_date,
                       .payer = draft.payer};
  return MakeBatch(plan, std::move(due), [&](std::string_view code) -> const Payee* {
    const auto found = accounts.find(code);
    return found == accounts.end() ? nullptr : PayeeOn(found->second, draft.execution_date);
  });
}

absl::Status InsertLines(sql::Transaction& transaction, const PaymentBatch& batch) {
  size_t next = 0;
  return transaction
      .Append("payment_line",
              {"batch", "number", "book", "recipient", "payment", "attempt", "month", "payee",
               "payee_title", "iban", "account_number", "bic", "cents", "end_to_end_id", "state",
               "return_reason"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == batch.lines.size()) return false;
                const PaymentLine& line = batch.lines[next++];
                row = {batch.id,
                       line.number,
                       line.due.book,
                       line.due.recipient,
                       line.due.number,
                       line.due.attempt,
                       FormatDay(absl::CivilDay(line.due.month)),
                       line.due.payee,
                       line.payee_title,
                       line.account.iban,
                       line.account.number,
                       line.account.bic,
                       line.due.amount.cents,
                       line.end_to_end_id,
                       NameOf(line.state),
                       ""};
                return true;
              })
      .status();
}

absl::Status InsertBlocked(sql::Transaction& transaction, const PaymentBatch& batch) {
  size_t next = 0;
  return transaction
      .Append(
          "blocked_payment",
          {"batch", "number", "book", "recipient", "payment", "month", "payee", "cents", "reason"},
          [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
            if (next == batch.blocked.size()) return false;
            const BlockedPayment& blocked = batch.blocked[next++];
            row = {batch.id,
                   static_cast<int64_t>(next),
                   blocked.due.book,
                   blocked.due.recipient,
                   blocked.due.number,
                   FormatDay(absl::CivilDay(blocked.due.month)),
                   blocked.due.payee,
                   blocked.due.amount.cents,
                   BlockReasonName(blocked.reason)};
            return true;
          })
      .status();
}

absl::Status Insert(sql::Transaction& transaction, const BatchDraft& draft,
                    const PaymentBatch& batch) {
  const BankAccount& account = draft.payer.account;
  RETURN_IF_ERROR(
      transaction
          .Execute(
              "INSERT INTO payment_batch (id, period, currency, sequence, execution_day, "
              "payer_title, payer_iban, payer_number, payer_bic, snapshot, message_id, digest, "
              "line_count, total_cents, blocked_count, create_time, created_by, export_time, "
              "exported_by, file_digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
              "$11, $12, $13, $14, $15, $16, $17, NULL, '', '')",
              {batch.id, FormatDay(absl::CivilDay(draft.period)), draft.currency.code(),
               batch.plan.sequence, FormatDay(draft.execution_date), draft.payer.title,
               account.iban, account.number, account.bic, draft.snapshot, batch.message_id,
               batch.digest, static_cast<int64_t>(batch.lines.size()), batch.total.cents,
               static_cast<int64_t>(batch.blocked.size()), draft.now, draft.actor})
          .status());
  RETURN_IF_ERROR(InsertLines(transaction, batch));
  return InsertBlocked(transaction, batch);
}

// Committed becomes payable in the books, which their locks want in ascending order, as the lines
// are.
absl::Status OrderLines(sql::Transaction& transaction, const BatchDraft& draft,
                        const PaymentBatch& batch) {
  std::map<std::string, std::vector<PaymentKey>> payments;
  for (const PaymentLine& line : batch.lines) {
    payments[line.due.book].push_back({line.due.recipient, line.due.number});
  }
  const PaymentStep step{.order = OrderOf(batch.id),
                         .day = draft.execution_date,
                         .actor = draft.actor,
                         .reason = absl::StrCat("payment batch ", batch.id)};
  for (const auto& [book, keys] : payments) {
    RETURN_IF_ERROR(OrderPayments(transaction, book, step, keys, draft.now));
  }
  return absl::OkStatus();
}

using BatchPayments = std::map<std::string, std::vector<PaymentKey>>;  // By book.

// The payments of `batch`, whose lines are those that it was made of. DATA_LOSS, BATCH_CHANGED.
absl::StatusOr<BatchPayments> CheckedPayments(sql::Transaction& transaction,
                                              const PaymentBatchRow& batch) {
  static const auto& sql = *new std::string(
      absl::StrCat(kLineColumns, " FROM payment_line WHERE batch = $1 ORDER BY number"));
  BatchPayments payments;
  BatchDigest digest(batch.id, batch.plan, static_cast<size_t>(batch.line_count));
  RETURN_IF_ERROR(transaction.Query(sql, {batch.id}, [&](const sql::Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(const PaymentLineRow read, ReadLine(row, batch.plan.currency));
    digest.Add(read.line);
    payments[read.line.due.book].push_back({read.line.due.recipient, read.line.due.number});
    return absl::OkStatus();
  }));
  if (digest.Finish() != batch.digest) return BatchChanged(batch.id);
  return payments;
}

// Payable becomes committed again, on the day on which it was to become paid: at no moment either
// account was below zero.
absl::Status Withdraw(sql::Transaction& transaction, const PaymentBatchRow& batch,
                      const BatchPayments& payments) {
  RETURN_IF_ERROR(
      transaction
          .Execute("UPDATE payment_line SET state = 'withdrawn' WHERE batch = $1", {batch.id})
          .status());
  const PaymentStep step{.order = OrderOf(batch.id),
                         .day = batch.plan.execution_date,
                         .actor = batch.decided_by,
                         .reason = absl::StrCat("payment batch ", batch.id, " was withdrawn")};
  for (const auto& [book, keys] : payments) {
    RETURN_IF_ERROR(ReturnPayments(transaction, book, step, keys, *batch.decide_time));
  }
  return absl::OkStatus();
}

// The id of the batch that answers `draft`.
absl::StatusOr<std::string> CreateIn(sql::Transaction& transaction, const BatchDraft& draft,
                                     PayeeOf payee_of) {
  ASSIGN_OR_RETURN(const int64_t last, LastSequence(transaction, draft));
  ASSIGN_OR_RETURN(const PaymentBatch batch, PlanIn(transaction, draft, payee_of, last + 1));
  if (!batch.lines.empty()) {
    RETURN_IF_ERROR(Insert(transaction, draft, batch));
    RETURN_IF_ERROR(OrderLines(transaction, draft, batch));
    return batch.id;
  }
  if (last == 0) {
    if (batch.blocked.empty()) return NothingDue(draft.period, draft.currency.code());
    return AllBlocked(static_cast<int64_t>(batch.blocked.size()));
  }
  BatchPlan paid = batch.plan;
  paid.sequence = static_cast<int>(last);
  ASSIGN_OR_RETURN(const std::optional<PaymentBatchRow> row, FindBatch(transaction, BatchId(paid)));
  if (row.has_value() && row->plan.payer.account != draft.payer.account) {
    return PayerDiffers(row->id, row->plan.payer.account.id());
  }
  return BatchId(paid);
}

}  // namespace

absl::StatusOr<PaymentBatch> PaymentStore::Plan(const BatchDraft& draft, PayeeOf payee_of) {
  PaymentBatch batch;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const int64_t last, LastSequence(transaction, draft));
    ASSIGN_OR_RETURN(batch, PlanIn(transaction, draft, payee_of, last + 1));
    return absl::OkStatus();
  }));
  return batch;
}

absl::StatusOr<PaymentBatchRow> PaymentStore::Create(const requests::Request& request,
                                                     const BatchDraft& draft, PayeeOf payee_of) {
  PaymentBatchRow created;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::string id, requests::Once(transaction, request, draft.now, [&] {
                       return CreateIn(transaction, draft, payee_of);
                     }));
    ASSIGN_OR_RETURN(std::optional<PaymentBatchRow> row, FindBatch(transaction, id));
    if (!row.has_value()) return absl::DataLossError("a payment batch is gone");
    created = *std::move(row);
    return absl::OkStatus();
  }));
  return created;
}

absl::StatusOr<PaymentBatchRow> PaymentStore::Decide(std::string_view batch,
                                                     const BatchDecision& decision) {
  PaymentBatchRow decided;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(std::optional<PaymentBatchRow> row, FindBatch(transaction, batch));
    if (!row.has_value()) return NotFound(OrderOf(batch));
    decided = *std::move(row);
    if (!decision.digest.empty() && decision.digest != decided.digest) {
      return BatchDigestDiffers(decided.id, decided.digest);
    }
    if (decided.state == decision.to) return absl::OkStatus();
    if (decided.state != BatchState::kPrepared) {
      return BatchDecided(decided.id, NameOf(decided.state), decided.decided_by);
    }
    const bool authorise = decision.to == BatchState::kAuthorised;
    if (authorise && decision.decided_by == decided.created_by) {
      return BatchFourEyes(decided.id, decided.created_by);
    }
    ASSIGN_OR_RETURN(const auto payments, CheckedPayments(transaction, decided));
    decided.state = decision.to;
    decided.decided_by = decision.decided_by;
    decided.decide_time = decision.decide_time;
    decided.reason = decision.reason;
    RETURN_IF_ERROR(transaction
                        .Execute("UPDATE payment_batch SET state = $2, decided_by = $3, "
                                 "decide_time = $4, reason = $5 WHERE id = $1",
                                 {batch, NameOf(decided.state), decided.decided_by,
                                  *decided.decide_time, decided.reason})
                        .status());
    return authorise ? absl::OkStatus() : Withdraw(transaction, decided, payments);
  }));
  return decided;
}

absl::StatusOr<PaymentBatchRow> PaymentStore::MarkExported(std::string_view batch, absl::Time now,
                                                           std::string_view actor) {
  PaymentBatchRow exported;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<PaymentBatchRow> present, FindBatch(transaction, batch));
    if (!present.has_value()) return NotFound(OrderOf(batch));
    if (present->state != BatchState::kAuthorised) {
      return BatchNotAuthorised(present->id, present->state, present->created_by);
    }
    RETURN_IF_ERROR(CheckedPayments(transaction, *present).status());
    RETURN_IF_ERROR(transaction
                        .Execute("UPDATE payment_batch SET export_time = $2, exported_by = $3 "
                                 "WHERE id = $1 AND export_time IS NULL",
                                 {batch, now, actor})
                        .status());
    RETURN_IF_ERROR(transaction
                        .Execute("UPDATE payment_line SET state = 'exported' "
                                 "WHERE batch = $1 AND state = 'created'",
                                 {batch})
                        .status());
    ASSIGN_OR_RETURN(std::optional<PaymentBatchRow> row, FindBatch(transaction, batch));
    if (!row.has_value()) return NotFound(OrderOf(batch));
    exported = *std::move(row);
    return absl::OkStatus();
  }));
  return exported;
}

absl::Status PaymentStore::KeepFileDigest(std::string_view batch, std::string_view digest) {
  return database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<PaymentBatchRow> row, FindBatch(transaction, batch));
    if (!row.has_value()) return NotFound(absl::StrCat("paymentBatches/", Av(batch)));
    if (row->file_digest == digest) return absl::OkStatus();
    if (!row->file_digest.empty()) {
      return absl::DataLossError(
          absl::StrCat("the file of ", row->id, " is not the one that was exported before"));
    }
    return transaction
        .Execute("UPDATE payment_batch SET file_digest = $2 WHERE id = $1", {batch, digest})
        .status();
  });
}

}  // namespace vg::funding
