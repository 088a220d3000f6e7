// What a difference turned out to be.
//
// Two kinds post to the ledger what the bank's statement could not: that a transfer was paid, and
// that its money came back. As for everything that moves money, one person says so and another
// confirms it. The other kinds explain and post nothing.

#ifndef VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_RESOLUTION_H_
#define VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_RESOLUTION_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"

#include "services/funding/domain/payments/batch.h"
#include "services/funding/domain/payments/reconciliation.h"

namespace vg::funding {

enum class ResolutionKind {
  kPaid,       // The transaction is this transfer.
  kReturned,   // The money of this transfer did not arrive, or came back.
  kCorrected,  // The bank put it right by another transaction.
  kFee,        // What the bank charges or pays.
  kNotOurs,    // It has nothing to do with grants.
  kAccepted,   // Known, and left as it is.
};
std::string_view NameOf(ResolutionKind kind);  // "paid", "not_ours"
std::optional<ResolutionKind> ResolutionKindNamed(std::string_view name);
// kPaid and kReturned.
bool MovesMoney(ResolutionKind kind);

// Why a difference of `kind` about `transaction` (null: it is missing) cannot be resolved so, and
// what could be done instead; empty: it can. `line` is the transfer that it says; null if the kind
// moves no money.
std::string WhyNot(ResolutionKind resolution, DifferenceKind kind,
                   const BankTransaction* transaction, const PaymentLine* line);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_RESOLUTION_H_
