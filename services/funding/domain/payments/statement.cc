#include "services/funding/domain/payments/statement.h"

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

int64_t DayNumber(absl::CivilDay day) { return day - absl::CivilDay(1970, 1, 1); }

void AddBalance(DigestBuilder& digest, const std::optional<Money>& balance) {
  if (balance.has_value()) {
    digest.Amount(*balance);
  } else {
    digest.Absent();
  }
}

}  // namespace

absl::Status CheckBalances(const BankStatement& statement) {
  Money moved{0, statement.currency};
  for (const BankTransaction& transaction : statement.transactions) {
    ASSIGN_OR_RETURN(moved, transaction.credit ? Add(moved, transaction.amount)
                                               : Subtract(moved, transaction.amount));
  }
  if (!statement.opening.has_value() || !statement.closing.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Money expected, Add(*statement.opening, moved));
  ASSIGN_OR_RETURN(const Money difference, Subtract(*statement.closing, expected));
  if (difference.cents == 0) return absl::OkStatus();
  return Error(
      absl::StatusCode::kInvalidArgument, "BALANCE_DIFFERS",
      absl::StrCat("statement ", statement.id, " does not add up: ", ToText(*statement.opening),
                   " and its entries come to ", ToText(expected), ", and it closes with ",
                   ToText(*statement.closing), "; ask the bank for the whole file"),
      {{"statement", statement.id}, {"difference", ToText(difference)}});
}

std::string DigestOf(const BankStatement& statement) {
  DigestBuilder digest("voortgang.funding.bank_statement.v1");
  digest.Text(statement.id).Text(statement.account).Integer(DayNumber(statement.last_day));
  AddBalance(digest, statement.opening);
  AddBalance(digest, statement.closing);
  digest.List(statement.transactions.size());
  for (const BankTransaction& transaction : statement.transactions) {
    digest.Integer(DayNumber(transaction.booking_day))
        .Amount(transaction.amount)
        .Flag(transaction.credit)
        .Text(transaction.end_to_end_id)
        .Text(transaction.instruction_id)
        .Text(transaction.counter_account)
        .Text(transaction.counter_name)
        .Text(transaction.reference)
        .Text(transaction.return_reason)
        .Text(transaction.remittance);
  }
  return digest.Finish();
}

}  // namespace vg::funding
