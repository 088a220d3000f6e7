#include "services/funding/domain/payments/reconciliation.h"

#include <map>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"

namespace vg::funding {
namespace {

class Reconciler {
 public:
  Reconciler(const BankStatement& statement, const std::vector<OpenTransfer>& transfers)
      : statement_(statement), transfers_(transfers) {
    states_.reserve(transfers.size());
    for (size_t i = 0; i < transfers.size(); ++i) {
      const PaymentLine& line = transfers[i].line;
      states_.push_back(line.state);
      by_id_.emplace(line.end_to_end_id, i);
      by_batch_[transfers[i].batch].push_back(i);
      by_amount_[{line.due.amount.cents, line.account.id()}].push_back(i);
    }
  }

  Reconciliation Run() && {
    // What came back went out before, in whatever order the bank lists them.
    for (const bool credit : {false, true}) {
      for (const BankTransaction& transaction : statement_.transactions) {
        if (transaction.credit == credit) Decide(transaction);
      }
    }
    return std::move(result_);
  }

 private:
  void Decide(const BankTransaction& transaction) {
    if (!transaction.end_to_end_id.empty()) {
      const auto found = by_id_.find(transaction.end_to_end_id);
      if (found == by_id_.end()) {
        Differ(DifferenceKind::kUnknown, transaction, "",
               absl::StrCat("no transfer of ours has the id ", transaction.end_to_end_id));
      } else if (Fits(transaction, found->second)) {
        transaction.credit ? Return(transaction, found->second)
                           : Confirm(transaction, found->second, MatchRule::kEndToEndId);
      }
      return;
    }
    if (!transaction.instruction_id.empty() && !transaction.credit) {
      const auto batch = by_batch_.find(transaction.instruction_id);
      if (batch != by_batch_.end()) return DecideBatch(transaction, batch->second);
    }
    transaction.credit ? Differ(DifferenceKind::kUnknown, transaction, "",
                                "money came in that names no transfer of ours")
                       : DecideByAmount(transaction);
  }

  // Whether the transaction is of the transfer's amount and account.
  bool Fits(const BankTransaction& transaction, size_t place) {
    const PaymentLine& line = transfers_[place].line;
    if (transaction.amount != line.due.amount) {
      Differ(DifferenceKind::kWrongAmount, transaction, line.end_to_end_id,
             absl::StrCat(ToText(transaction.amount), " was booked, and the transfer is of ",
                          ToText(line.due.amount)));
      return false;
    }
    if (!transaction.credit && !transaction.counter_account.empty() &&
        transaction.counter_account != line.account.id()) {
      Differ(DifferenceKind::kWrongAccount, transaction, line.end_to_end_id,
             absl::StrCat("it went to ", transaction.counter_account, ", and was asked to go to ",
                          line.account.id()));
      return false;
    }
    return true;
  }

  void Confirm(const BankTransaction& transaction, size_t place, MatchRule rule) {
    const PaymentLine& line = transfers_[place].line;
    switch (states_[place]) {
      case LineState::kExported:
        result_.matches.push_back({.transaction = transaction.number,
                                   .transfer = place,
                                   .rule = rule,
                                   .to = LineState::kConfirmed,
                                   .from = LineState::kExported});
        states_[place] = LineState::kConfirmed;
        return;
      case LineState::kCreated:
        return Differ(DifferenceKind::kNotExported, transaction, line.end_to_end_id,
                      absl::StrCat("batch ", transfers_[place].batch,
                                   " was never exported, and the bank paid it"));
      case LineState::kWithdrawn:
        return Differ(DifferenceKind::kNotExported, transaction, line.end_to_end_id,
                      absl::StrCat("batch ", transfers_[place].batch,
                                   " was withdrawn, and the bank paid it"));
      case LineState::kConfirmed:
      case LineState::kReturned:
        return Differ(DifferenceKind::kDouble, transaction, line.end_to_end_id,
                      "the transfer was debited before; ask the bank for the money back");
    }
  }

  void Return(const BankTransaction& transaction, size_t place) {
    const PaymentLine& line = transfers_[place].line;
    switch (states_[place]) {
      case LineState::kExported:
      case LineState::kConfirmed:
        result_.matches.push_back({.transaction = transaction.number,
                                   .transfer = place,
                                   .to = LineState::kReturned,
                                   .from = states_[place],
                                   .return_reason = transaction.return_reason});
        states_[place] = LineState::kReturned;
        return;
      case LineState::kCreated:
      case LineState::kWithdrawn:
        return Differ(DifferenceKind::kNotExported, transaction, line.end_to_end_id,
                      absl::StrCat("batch ", transfers_[place].batch, " was never exported"));
      case LineState::kReturned:
        return Differ(DifferenceKind::kDouble, transaction, line.end_to_end_id,
                      "the transfer came back before; this money is not ours");
    }
  }

  void DecideBatch(const BankTransaction& transaction, const std::vector<size_t>& places) {
    Money total{0, transaction.amount.currency};
    for (const size_t place : places) total.cents += transfers_[place].line.due.amount.cents;
    if (total != transaction.amount) {
      return Differ(DifferenceKind::kWrongAmount, transaction, "",
                    absl::StrCat(ToText(transaction.amount), " was booked for batch ",
                                 transaction.instruction_id, ", which comes to ", ToText(total)));
    }
    size_t open = 0;
    for (const size_t place : places) open += states_[place] == LineState::kExported ? 1 : 0;
    if (open < places.size()) {
      return Differ(
          open == 0 ? DifferenceKind::kDouble : DifferenceKind::kAmbiguous, transaction, "",
          absl::StrCat("of batch ", transaction.instruction_id, " ", places.size() - open, " of ",
                       places.size(), " transfers were told of before or never exported"));
    }
    for (const size_t place : places) Confirm(transaction, place, MatchRule::kBatch);
  }

  void DecideByAmount(const BankTransaction& transaction) {
    std::vector<size_t> fitting;
    if (!transaction.counter_account.empty()) {
      const auto found = by_amount_.find({transaction.amount.cents, transaction.counter_account});
      for (const size_t place : found == by_amount_.end() ? std::vector<size_t>() : found->second) {
        const OpenTransfer& transfer = transfers_[place];
        const int64_t late = transaction.booking_day - transfer.execution_date;
        if (states_[place] == LineState::kExported && late >= 0 && late <= kDaysLate &&
            transfer.line.due.amount.currency == transaction.amount.currency) {
          fitting.push_back(place);
        }
      }
    }
    if (fitting.size() == 1) return Confirm(transaction, fitting[0], MatchRule::kAmountAccountDay);
    if (fitting.empty()) {
      return Differ(DifferenceKind::kUnknown, transaction, "",
                    "money went out that fits no exported transfer");
    }
    Differ(DifferenceKind::kAmbiguous, transaction, "",
           absl::StrCat("it fits ", fitting.size(), " transfers, such as ",
                        transfers_[fitting[0]].line.end_to_end_id, " and ",
                        transfers_[fitting[1]].line.end_to_end_id));
  }

  void Differ(DifferenceKind kind, const BankTransaction& transaction, std::string end_to_end_id,
              std::string sentence) {
    result_.differences.push_back(
        {kind, transaction.number, std::move(end_to_end_id), std::move(sentence)});
  }

  const BankStatement& statement_;
  const std::vector<OpenTransfer>& transfers_;
  std::vector<LineState> states_;  // As the transactions so far leave them.
  std::unordered_map<std::string, size_t> by_id_;
  std::unordered_map<std::string, std::vector<size_t>> by_batch_;
  std::map<std::pair<int64_t, std::string>, std::vector<size_t>> by_amount_;
  Reconciliation result_;
};

}  // namespace

std::string_view NameOf(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::kUnknown:
      return "UNKNOWN";
    case DifferenceKind::kWrongAmount:
      return "WRONG_AMOUNT";
    case DifferenceKind::kWrongAccount:
      return "WRONG_ACCOUNT";
    case DifferenceKind::kDouble:
      return "DOUBLE";
    case DifferenceKind::kAmbiguous:
      return "AMBIGUOUS";
    case DifferenceKind::kNotExported:
      return "NOT_EXPORTED";
    case DifferenceKind::kMissing:
      return "MISSING";
  }
  return "";
}

Reconciliation Reconcile(const BankStatement& statement,
                         const std::vector<OpenTransfer>& transfers) {
  return Reconciler(statement, transfers).Run();
}

}  // namespace vg::funding
