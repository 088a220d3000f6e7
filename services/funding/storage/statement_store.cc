#include "services/funding/storage/statement_store.h"

#include <utility>

#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/payments/payment_errors.h"
#include "services/funding/storage/difference_store.h"
#include "services/funding/storage/payment_words.h"
#include "services/funding/storage/reconciling.h"

namespace vg::funding {
namespace {

constexpr char kStatementColumns[] =
    "SELECT account, id, digest, last_day, currency, transaction_count, confirmed_count, "
    "returned_count, difference_count, import_time, imported_by FROM bank_statement ";

absl::StatusOr<BankStatementRow> ReadStatement(const sql::Row& row) {
  BankStatementRow statement{.account = row.String(0),
                             .id = row.String(1),
                             .digest = row.String(2),
                             .transactions = row.Int64(5),
                             .confirmed = row.Int64(6),
                             .returned = row.Int64(7),
                             .differences = row.Int64(8),
                             .import_time = row.Time(9),
                             .imported_by = row.String(10)};
  ASSIGN_OR_RETURN(statement.last_day, ParseDay(row.Text(3)));
  ASSIGN_OR_RETURN(statement.currency, Currency::FromCode(row.Text(4)));
  return statement;
}

absl::StatusOr<std::optional<BankStatementRow>> FindStatement(sql::Transaction& transaction,
                                                              const BankStatement& statement) {
  static const auto& sql =
      *new std::string(std::string(kStatementColumns) + "WHERE account = $1 AND id = $2");
  std::optional<BankStatementRow> found;
  RETURN_IF_ERROR(transaction
                      .QueryOne(sql, {statement.account, statement.id},
                                [&](const sql::Row& row) -> absl::Status {
                                  ASSIGN_OR_RETURN(found, ReadStatement(row));
                                  return absl::OkStatus();
                                })
                      .status());
  return found;
}

absl::Status InsertTransactions(sql::Transaction& transaction, const BankStatement& statement) {
  size_t next = 0;
  return transaction
      .Append("bank_transaction",
              {"account", "statement", "number", "booking_day", "currency", "cents", "credit",
               "end_to_end_id", "instruction_id", "counter_account", "counter_name", "reference",
               "return_reason", "remittance"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == statement.transactions.size()) return false;
                const BankTransaction& one = statement.transactions[next++];
                row = {statement.account,
                       statement.id,
                       one.number,
                       FormatDay(one.booking_day),
                       one.amount.currency.code(),
                       one.amount.cents,
                       one.credit,
                       one.end_to_end_id,
                       one.instruction_id,
                       one.counter_account,
                       one.counter_name,
                       one.reference,
                       one.return_reason,
                       one.remittance};
                return true;
              })
      .status();
}

absl::Status InsertDifferences(sql::Transaction& transaction, const BankStatement& statement,
                               const std::vector<PaymentDifference>& differences) {
  size_t next = 0;
  return transaction
      .Append("payment_difference",
              {"account", "statement", "number", "kind", "bank_transaction", "end_to_end_id",
               "sentence", "id"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == differences.size()) return false;
                const PaymentDifference& one = differences[next++];
                const auto number = static_cast<int64_t>(next);
                row = {statement.account,
                       statement.id,
                       number,
                       NameOf(one.kind),
                       one.transaction,
                       one.end_to_end_id,
                       one.sentence,
                       DifferenceId(statement.account, statement.id, number)};
                return true;
              })
      .status();
}

absl::Status Insert(sql::Transaction& transaction, const BankStatement& statement,
                    const BankStatementRow& row) {
  RETURN_IF_ERROR(
      transaction
          .Execute(
              "INSERT INTO bank_statement (account, id, digest, last_day, currency, "
              "transaction_count, confirmed_count, returned_count, difference_count, "
              "import_time, imported_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
              {row.account, row.id, row.digest, FormatDay(row.last_day), row.currency.code(),
               row.transactions, row.confirmed, row.returned, row.differences, row.import_time,
               row.imported_by})
          .status());
  return InsertTransactions(transaction, statement);
}

absl::StatusOr<BankStatementRow> ReconcileOne(sql::Transaction& transaction,
                                              const BankStatement& statement, absl::Time now,
                                              std::string_view actor) {
  BankStatementRow row{.account = statement.account,
                       .id = statement.id,
                       .digest = DigestOf(statement),
                       .last_day = statement.last_day,
                       .currency = statement.currency,
                       .transactions = static_cast<int64_t>(statement.transactions.size()),
                       .import_time = now,
                       .imported_by = std::string(actor)};
  ASSIGN_OR_RETURN(std::optional<BankStatementRow> present, FindStatement(transaction, statement));
  if (present.has_value()) {
    if (present->digest != row.digest) return StatementExists(row.account, row.id);
    present->repeated = true;
    return *std::move(present);
  }
  ASSIGN_OR_RETURN(const std::vector<OpenTransfer> transfers, TransfersFor(transaction, statement));
  const Reconciliation result = funding::Reconcile(statement, transfers);
  for (const Match& match : result.matches) {
    ++(match.to == LineState::kConfirmed ? row.confirmed : row.returned);
  }
  row.differences = static_cast<int64_t>(result.differences.size());
  RETURN_IF_ERROR(Insert(transaction, statement, row));
  RETURN_IF_ERROR(InsertDifferences(transaction, statement, result.differences));
  RETURN_IF_ERROR(ApplyMatches(transaction, statement, transfers, result, now, actor));
  return row;
}

}  // namespace

absl::StatusOr<std::vector<BankStatementRow>> StatementStore::Reconcile(
    const std::vector<BankStatement>& statements, absl::Time now, std::string_view actor,
    bool validate_only) {
  std::vector<BankStatementRow> rows;
  const absl::Status undone = absl::CancelledError("validate_only");
  const absl::Status status = database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    rows.clear();
    for (const BankStatement& statement : statements) {
      ASSIGN_OR_RETURN(rows.emplace_back(), ReconcileOne(transaction, statement, now, actor));
    }
    return validate_only ? undone : absl::OkStatus();
  });
  if (!status.ok() && !(validate_only && status == undone)) return status;
  return rows;
}

absl::StatusOr<std::vector<BankStatementRow>> StatementStore::List(const StatementKey& after,
                                                                   size_t limit) {
  static const auto& sql =
      *new std::string(std::string(kStatementColumns) +
                       "WHERE (account, id) > ($1, $2) ORDER BY account, id LIMIT $3");
  std::vector<BankStatementRow> rows;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    rows.clear();
    return transaction.Query(sql, {after.account, after.id, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) -> absl::Status {
                               ASSIGN_OR_RETURN(rows.emplace_back(), ReadStatement(row));
                               return absl::OkStatus();
                             });
  }));
  return rows;
}

absl::StatusOr<std::optional<absl::CivilDay>> StatementStore::LastDay() {
  std::optional<absl::CivilDay> last;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    last.reset();
    return transaction
        .QueryOne("SELECT last_day FROM bank_statement ORDER BY last_day DESC LIMIT 1", {},
                  [&](const sql::Row& row) -> absl::Status {
                    ASSIGN_OR_RETURN(last, ParseDay(row.Text(0)));
                    return absl::OkStatus();
                  })
        .status();
  }));
  return last;
}

}  // namespace vg::funding
