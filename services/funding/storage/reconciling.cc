#include "services/funding/storage/reconciling.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/payments/payment_errors.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/payment_store.h"
#include "services/funding/storage/payment_words.h"

namespace vg::funding {
namespace {

// Collects transfers, each once.
class Gathering {
 public:
  Gathering(sql::Transaction& transaction, std::vector<OpenTransfer>& transfers)
      : transaction_(transaction), transfers_(transfers) {}

  // The lines that `sql` gives for each of `params`: columns of a line, then the currency and the
  // day of execution of its batch.
  absl::Status Add(const std::string& sql, const std::vector<std::vector<sql::Value>>& params) {
    absl::Status fault;
    RETURN_IF_ERROR(transaction_.QueryEach(sql, params, [&](size_t, const sql::Row& row) {
      const absl::Status status = Take(row);
      if (!status.ok()) fault = status;
    }));
    return fault;
  }

 private:
  absl::Status Take(const sql::Row& row) {
    ASSIGN_OR_RETURN(const Currency currency, Currency::FromCode(row.Text(16)));
    ASSIGN_OR_RETURN(PaymentLineRow line, ReadLine(row, currency));
    ASSIGN_OR_RETURN(const absl::CivilDay day, ParseDay(row.Text(17)));
    if (seen_.insert(line.line.end_to_end_id).second) {
      transfers_.push_back({line.batch, day, std::move(line.line)});
    }
    return absl::OkStatus();
  }

  sql::Transaction& transaction_;
  std::vector<OpenTransfer>& transfers_;
  std::set<std::string> seen_;
};

// Lines with the currency and day of execution of their batch.
std::string LineQuery(const char* where) {
  return absl::StrCat(kLineColumns,
                      ", (SELECT currency FROM payment_batch b WHERE b.id = batch), "
                      "(SELECT execution_day FROM payment_batch b WHERE b.id = batch) "
                      "FROM payment_line WHERE ",
                      where, " ORDER BY batch, number");
}

absl::Status Mark(sql::Transaction& transaction, const BankStatement& statement,
                  const std::vector<OpenTransfer>& transfers, const Reconciliation& result) {
  std::vector<std::vector<sql::Value>> changes;
  for (const Match& match : result.matches) {
    const OpenTransfer& transfer = transfers[match.transfer];
    changes.push_back(
        {transfer.batch, transfer.line.number, NameOf(match.to), match.return_reason});
  }
  RETURN_IF_ERROR(transaction.QueryEach(
      "UPDATE payment_line SET state = $3, return_reason = $4 WHERE batch = $1 AND number = $2 "
      "RETURNING number",
      changes, [](size_t, const sql::Row&) {}));
  auto next = result.matches.begin();
  return transaction
      .Append("payment_match",
              {"batch", "line", "state", "account", "statement", "bank_transaction", "rule"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == result.matches.end()) return false;
                const Match& match = *next++;
                const OpenTransfer& transfer = transfers[match.transfer];
                row = {transfer.batch, transfer.line.number, NameOf(match.to),  statement.account,
                       statement.id,   match.transaction,    NameOf(match.rule)};
                return true;
              })
      .status();
}

}  // namespace

absl::StatusOr<std::vector<OpenTransfer>> TransfersFor(sql::Transaction& transaction,
                                                       const BankStatement& statement) {
  static const auto& by_id = *new std::string(LineQuery("end_to_end_id = $1"));
  static const auto& by_batch = *new std::string(LineQuery("batch = $1"));
  static const auto& exported = *new std::string(LineQuery(
      "state = 'exported' AND batch IN (SELECT id FROM payment_batch WHERE payer_iban = $1 OR "
      "payer_number = $1)"));
  ASSIGN_OR_RETURN(
      const std::optional<int64_t> batches,
      transaction.QueryInt64(
          "SELECT COUNT(*) FROM payment_batch WHERE payer_iban = $1 OR payer_number = $1",
          {statement.account}));
  if (batches.value_or(0) == 0) return AccountUnknown(statement.id, statement.account);
  std::set<std::string> ids;
  std::set<std::string> named;
  for (const BankTransaction& one : statement.transactions) {
    if (!one.end_to_end_id.empty()) ids.insert(one.end_to_end_id);
    if (!one.instruction_id.empty()) named.insert(one.instruction_id);
  }
  std::vector<OpenTransfer> transfers;
  Gathering gathering(transaction, transfers);
  RETURN_IF_ERROR(gathering.Add(exported, {{statement.account}}));
  std::vector<std::vector<sql::Value>> params;
  for (const std::string& id : named) params.push_back({id});
  RETURN_IF_ERROR(gathering.Add(by_batch, params));
  params.clear();
  for (const std::string& id : ids) params.push_back({id});
  RETURN_IF_ERROR(gathering.Add(by_id, params));
  return transfers;
}

absl::Status ApplyMatches(sql::Transaction& transaction, const BankStatement& statement,
                          const std::vector<OpenTransfer>& transfers, const Reconciliation& result,
                          absl::Time now, std::string_view actor) {
  RETURN_IF_ERROR(Mark(transaction, statement, transfers, result));
  std::map<int, absl::CivilDay> days;
  for (const BankTransaction& one : statement.transactions) {
    days.emplace(one.number, one.booking_day);
  }
  // A step is of one book, order and day. Books ascend, as their locks ask; what went out comes
  // before what came back.
  using Step = std::tuple<std::string, bool, std::string, absl::CivilDay>;
  std::map<Step, std::vector<PaymentKey>> steps;
  for (const Match& match : result.matches) {
    const OpenTransfer& transfer = transfers[match.transfer];
    const DuePayment& due = transfer.line.due;
    steps[{due.book, match.to == LineState::kReturned, OrderOf(transfer.batch),
           days[match.transaction]}]
        .push_back({due.recipient, due.number});
  }
  for (const auto& [step, payments] : steps) {
    const auto& [book, returned, order, day] = step;
    const PaymentStep what{.order = order,
                           .day = day,
                           .actor = std::string(actor),
                           .reason = absl::StrCat("bank statement ", statement.id)};
    RETURN_IF_ERROR(returned ? ReturnPayments(transaction, book, what, payments, now)
                             : ConfirmPayments(transaction, book, what, payments, now));
  }
  return absl::OkStatus();
}

}  // namespace vg::funding
