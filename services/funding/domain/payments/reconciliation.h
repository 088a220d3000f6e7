// Holding what a bank booked against what was asked of it.
//
// Each transaction is decided on by the first of these rules that fits:
//  1. It names a transfer (its end-to-end id). Money that went out with its amount, and to its
//     account where the bank tells one, confirms it; money that came in with its amount returns it.
//  2. It names the payment instruction of a whole batch and has the batch's total: it confirms
//     every transfer of the batch that is not confirmed yet. (Banks that book in batches.)
//  3. It names nothing. Money that went out, of the amount and to the account of exactly one
//     exported transfer whose day of execution is at most kDaysLate days before the booking,
//     confirms that one. With two such transfers nothing is guessed.
// Everything else is a difference for people to look at; nothing is posted for it.

#ifndef VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_RECONCILIATION_H_
#define VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_RECONCILIATION_H_

#include <string>
#include <string_view>
#include <vector>

#include "services/funding/domain/payments/batch.h"
#include "services/funding/domain/payments/statement.h"

namespace vg::funding {

inline constexpr int kDaysLate = 5;

// A transfer that the bank may tell of.
struct OpenTransfer {
  std::string batch;
  absl::CivilDay execution_date;
  PaymentLine line;
};

enum class MatchRule { kEndToEndId, kBatch, kAmountAccountDay };

// A transfer that changes because of a transaction.
struct Match {
  int transaction = 0;  // Its number.
  size_t transfer = 0;  // Its place among the transfers.
  MatchRule rule = MatchRule::kEndToEndId;
  LineState to = LineState::kConfirmed;  // kConfirmed or kReturned.
  LineState from = LineState::kExported;
  std::string return_reason;

  friend bool operator==(const Match&, const Match&) = default;
};

enum class DifferenceKind {
  kUnknown,       // Names a transfer that is not ours, or nothing at all.
  kWrongAmount,   // Names a transfer of another amount.
  kWrongAccount,  // Went to another account than was asked.
  kDouble,        // A transfer was debited or returned a second time.
  kAmbiguous,     // Fits several transfers.
  kNotExported,   // Names a transfer of a batch that was never exported.
  kMissing,       // Of a transfer, not a transaction: kDaysLate days after its day of execution the
                  // bank has not told of it.
};
std::string_view NameOf(DifferenceKind kind);  // "WRONG_AMOUNT"

struct PaymentDifference {
  DifferenceKind kind = DifferenceKind::kUnknown;
  int transaction = 0;        // Its number.
  std::string end_to_end_id;  // Of the transfer it names; empty if none.
  std::string sentence;       // What is wrong and what to do.

  friend bool operator==(const PaymentDifference&, const PaymentDifference&) = default;
};

struct Reconciliation {
  std::vector<Match> matches;
  std::vector<PaymentDifference> differences;
};

// Decides on all transactions of `statement`: what went out in its order, then what came in.
// `transfers` are those that it may
// tell of: all that its end-to-end ids name, all of batches that it names, and all exported ones
// from the account. Pure.
Reconciliation Reconcile(const BankStatement& statement,
                         const std::vector<OpenTransfer>& transfers);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_RECONCILIATION_H_
