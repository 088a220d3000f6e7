// From an amount that was approved to what is posted and what is paid.

#ifndef VG_SERVICES_FUNDING_DOMAIN_LEDGER_POSTING_H_
#define VG_SERVICES_FUNDING_DOMAIN_LEDGER_POSTING_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/domain/ledger/overpaid.h"
#include "services/funding/domain/ledger/payment_plan.h"
#include "services/funding/domain/ledger/replan.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// The detail under which is posted what was granted for a component of a scheme:
// "npo-schools-2021-2022/bo".
std::string ComponentDetail(std::string_view scheme, std::string_view component);

// What a recipient has of one scheme before something is granted.
struct Position {
  std::map<std::string, int64_t, std::less<>> granted;  // Cents by ComponentDetail.
  std::vector<PlannedPayment> payments;                 // Of the scheme, by number.
  int64_t carried_over = 0;                             // Of what was overpaid: left to be settled,
  int64_t recoverable = 0;                              // claimed back,
  int64_t repaid = 0;       // and paid back, or moved to the book of the next school year.
  BroughtIns brought;       // What was overpaid in earlier school years.
  int64_t last_number = 0;  // Of all payments to the recipient, of any scheme.
};

// Counts a posting to the recipient, in an entry of `kind` that follows from `source`, in what it
// has of `scheme`. Zero amounts stay.
void AddPosting(std::string_view scheme, Currency currency, const Posting& posting, EntryKind kind,
                std::string_view source, Position& position);

// What is the same for all recipients of a release.
struct ReleaseTerms {
  std::string approval;  // "runs/a/approvals/1"
  std::string scheme;    // The scheme's id.
  absl::CivilDay effective;
  std::string actor;
  std::string reason;
  // Nothing is paid before this month; what is late is paid in it. Empty: as the scheme says.
  std::optional<absl::CivilMonth> first_month;
  bool claim_overpaid = false;  // Else it is carried over.
};

// Grants `allocation`, whose amount is known, instead of what `position` says: posts the difference
// by component, keeps what is ordered or paid, settles what was overpaid, and plans the rest anew.
// OUT_OF_RANGE, MONEY_OVERFLOW.
//
// A scheme with a budget grants from what is available; one without makes available what it grants.
absl::StatusOr<Release> ReleaseAllocation(const ReleaseTerms& terms, const Scheme& rules,
                                          const Allocation& allocation, const Position& position);

// The entry by which the budget of a scheme becomes `budget` where the book holds `present` for it,
// posted by the approval `terms`; empty if they are the same.
std::optional<Entry> BudgetEntry(const ReleaseTerms& terms, Money budget, Money present);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_LEDGER_POSTING_H_
