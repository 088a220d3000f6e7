#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/storage/payment_store.h"
#include "services/funding/storage/payment_words.h"

namespace vg::funding {
namespace {

constexpr char kBatchColumns[] =
    "SELECT id, period, currency, sequence, execution_day, payer_title, payer_iban, payer_number, "
    "payer_bic, snapshot, message_id, digest, line_count, total_cents, blocked_count, create_time, "
    "created_by, export_time, exported_by, file_digest, state, decided_by, decide_time, reason "
    "FROM payment_batch ";

absl::StatusOr<PaymentBatchRow> ReadBatch(const sql::Row& row) {
  PaymentBatchRow batch{.id = row.String(0),
                        .snapshot = row.String(9),
                        .message_id = row.String(10),
                        .digest = row.String(11),
                        .line_count = row.Int64(12),
                        .blocked_count = row.Int64(14),
                        .create_time = row.Time(15),
                        .created_by = row.String(16),
                        .exported_by = row.String(18),
                        .file_digest = row.String(19),
                        .decided_by = row.String(21),
                        .reason = row.String(23)};
  ASSIGN_OR_RETURN(batch.state, BatchStateNamed(row.Text(20)));
  if (!row.IsNull(22)) batch.decide_time = row.Time(22);
  ASSIGN_OR_RETURN(const absl::CivilDay period, ParseDay(row.Text(1)));
  ASSIGN_OR_RETURN(batch.plan.currency, Currency::FromCode(row.Text(2)));
  ASSIGN_OR_RETURN(batch.plan.execution_date, ParseDay(row.Text(4)));
  batch.plan.period = absl::CivilMonth(period);
  batch.plan.sequence = static_cast<int>(row.Int64(3));
  batch.plan.payer = {row.String(5), {row.String(6), row.String(7), row.String(8)}};
  batch.total = {row.Int64(13), batch.plan.currency};
  if (!row.IsNull(17)) batch.export_time = row.Time(17);
  return batch;
}

}  // namespace

std::string OrderOf(std::string_view batch) { return absl::StrCat("paymentBatches/", Av(batch)); }

const char kLineColumns[] =
    "SELECT batch, number, book, recipient, payment, attempt, month, payee, "
    "payee_title, iban, account_number, bic, cents, end_to_end_id, state, return_reason";

absl::StatusOr<PaymentLineRow> ReadLine(const sql::Row& row, Currency currency) {
  PaymentLineRow read{.batch = row.String(0), .return_reason = row.String(15)};
  PaymentLine& line = read.line;
  line.number = static_cast<int>(row.Int64(1));
  ASSIGN_OR_RETURN(const absl::CivilDay month, ParseDay(row.Text(6)));
  line.due = {.book = row.String(2),
              .recipient = row.String(3),
              .number = row.Int64(4),
              .attempt = row.Int64(5),
              .month = absl::CivilMonth(month),
              .payee = row.String(7),
              .amount = {row.Int64(12), currency}};
  line.payee_title = row.String(8);
  line.account = {row.String(9), row.String(10), row.String(11)};
  line.end_to_end_id = row.String(13);
  ASSIGN_OR_RETURN(line.state, LineStateNamed(row.Text(14)));
  return read;
}

absl::StatusOr<std::optional<PaymentBatchRow>> FindBatch(sql::Transaction& transaction,
                                                         std::string_view id) {
  static const auto& sql = *new std::string(absl::StrCat(kBatchColumns, "WHERE id = $1"));
  std::optional<PaymentBatchRow> found;
  RETURN_IF_ERROR(transaction
                      .QueryOne(sql, {id},
                                [&](const sql::Row& row) -> absl::Status {
                                  ASSIGN_OR_RETURN(found, ReadBatch(row));
                                  return absl::OkStatus();
                                })
                      .status());
  return found;
}

absl::StatusOr<std::optional<PaymentBatchRow>> PaymentStore::Find(std::string_view id) {
  std::optional<PaymentBatchRow> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindBatch(transaction, id));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<PaymentBatchRow>> PaymentStore::List(std::string_view after,
                                                                size_t limit) {
  static const auto& sql = *new std::string(
      absl::StrCat(kBatchColumns, "WHERE $1 = '' OR id < $1 ORDER BY id DESC LIMIT $2"));
  std::vector<PaymentBatchRow> batches;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    batches.clear();
    return transaction.Query(sql, {after, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) -> absl::Status {
                               ASSIGN_OR_RETURN(batches.emplace_back(), ReadBatch(row));
                               return absl::OkStatus();
                             });
  }));
  return batches;
}

absl::StatusOr<std::vector<LineTotal>> PaymentStore::Totals(std::string_view batch) {
  std::vector<LineTotal> totals;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    totals.clear();
    return transaction.Query(
        "SELECT state, COUNT(*), CAST(SUM(cents) AS BIGINT) FROM payment_line WHERE batch = $1 "
        "GROUP BY state ORDER BY state",
        {batch}, [&](const sql::Row& row) -> absl::Status {
          LineTotal total{.lines = row.Int64(1), .cents = row.Int64(2)};
          ASSIGN_OR_RETURN(total.state, LineStateNamed(row.Text(0)));
          totals.push_back(total);
          return absl::OkStatus();
        });
  }));
  return totals;
}

absl::StatusOr<std::vector<PaymentLineRow>> PaymentStore::Lines(std::string_view batch,
                                                                std::optional<LineState> state,
                                                                int after, size_t limit) {
  static const auto& sql =
      *new std::string(absl::StrCat(kLineColumns,
                                    " FROM payment_line WHERE batch = $1 AND number > $2 "
                                    "AND ($3 = '' OR state = $3) ORDER BY number LIMIT $4"));
  std::vector<PaymentLineRow> lines;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    lines.clear();
    ASSIGN_OR_RETURN(const std::optional<PaymentBatchRow> row, FindBatch(transaction, batch));
    if (!row.has_value()) return absl::OkStatus();
    return transaction.Query(
        sql, {batch, after, state.has_value() ? NameOf(*state) : "", static_cast<int64_t>(limit)},
        [&](const sql::Row& line) -> absl::Status {
          ASSIGN_OR_RETURN(lines.emplace_back(), ReadLine(line, row->plan.currency));
          return absl::OkStatus();
        });
  }));
  return lines;
}

absl::StatusOr<std::vector<BlockedPayment>> PaymentStore::Blocked(std::string_view batch,
                                                                  int64_t after, size_t limit) {
  std::vector<BlockedPayment> blocked;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    blocked.clear();
    ASSIGN_OR_RETURN(const std::optional<PaymentBatchRow> row, FindBatch(transaction, batch));
    if (!row.has_value()) return absl::OkStatus();
    return transaction.Query(
        "SELECT book, recipient, payment, month, payee, cents, reason FROM blocked_payment "
        "WHERE batch = $1 AND number > $2 ORDER BY number LIMIT $3",
        {batch, after, static_cast<int64_t>(limit)}, [&](const sql::Row& line) -> absl::Status {
          ASSIGN_OR_RETURN(const absl::CivilDay month, ParseDay(line.Text(3)));
          BlockedPayment& one = blocked.emplace_back();
          one.due = {.book = line.String(0),
                     .recipient = line.String(1),
                     .number = line.Int64(2),
                     .month = absl::CivilMonth(month),
                     .payee = line.String(4),
                     .amount = {line.Int64(5), row->plan.currency}};
          ASSIGN_OR_RETURN(one.reason, BlockReasonNamed(line.Text(6)));
          return absl::OkStatus();
        });
  }));
  return blocked;
}

}  // namespace vg::funding
