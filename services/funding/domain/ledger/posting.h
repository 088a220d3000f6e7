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
#include "services/funding/domain/ledger/payment_plan.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// The details by which postings are told apart: what was granted for a component of a scheme
// ("npo-schools-2021-2022/bo"), and what was overpaid under a scheme ("overpaid:…"), in
// `carried_over`, `recoverable` and their counterparts. Who claims back or receives an overpayment
// posts under the same detail.
std::string ComponentDetail(std::string_view scheme, std::string_view component);
std::string OverpaidDetail(std::string_view scheme);

// What a recipient has of one scheme before something is granted.
struct Position {
  std::map<std::string, int64_t, std::less<>> granted;  // Cents by ComponentDetail.
  std::vector<PlannedPayment> payments;                 // Of the scheme, by number.
  int64_t carried_over = 0;                             // Of what was overpaid: left to be settled,
  int64_t recoverable = 0;                              // claimed back,
  int64_t repaid = 0;                                   // and paid back.
  int64_t last_number = 0;  // Of all payments to the recipient, of any scheme.
};

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

struct Release {
  std::optional<Entry> entry;           // Empty: the amounts were the same.
  std::vector<PlannedPayment> changed;  // Cancelled: others take their place.
  std::vector<PlannedPayment> added;
};

// Grants `allocation`, whose amount is known, instead of what `position` says: posts the difference
// by component, keeps what is ordered or paid, and plans the rest anew. OUT_OF_RANGE,
// MONEY_OVERFLOW.
//
// A scheme with a budget grants from what is available; one without makes available what it grants.
absl::StatusOr<Release> ReleaseAllocation(const ReleaseTerms& terms, const Scheme& rules,
                                          const Allocation& allocation, const Position& position);

// The entry by which the budget of a scheme becomes `budget` where the book holds `present` for it,
// posted by the approval `terms`; empty if they are the same.
std::optional<Entry> BudgetEntry(const ReleaseTerms& terms, Money budget, Money present);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_LEDGER_POSTING_H_
