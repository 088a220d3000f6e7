// When an amount is paid, also after it has changed while some of it is paid already.
//
// What is paid is kept. The instalments that are still open are those of the new amount, and the
// first of them takes the arrears: what the closed ones should have been, less what was paid. Ten
// equal periods, 3 × 1000 paid, 10000 → 11000: the fourth is 1400, then 1100 each. If too much was
// paid, payments are left out until it is settled; what cannot be settled is the overpayment. 9 ×
// 950 paid, 9500 → 8000: the last is 0 and 550 is left.

#ifndef VG_SERVICES_FUNDING_DOMAIN_LEDGER_PROFILE_H_
#define VG_SERVICES_FUNDING_DOMAIN_LEDGER_PROFILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "common/numeric/money.h"
#include "services/funding/domain/calculation/instalments.h"
#include "services/funding/domain/ledger/payment_plan.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// What one component is to bring in each month; negative where it was paid too much.
struct Series {
  std::string component;  // "npo-schools-2021-2022/bo"
  std::vector<Payment> months;
};

// The series of `amount`, of which `paid` is paid in months before `open`, spread by the right
// `instalments`. It adds up to `amount` less `paid`. If no instalment is left, or the rules name
// none, what is left falls in `open`. OUT_OF_RANGE, MONEY_OVERFLOW.
absl::StatusOr<std::vector<Payment>> Spread(Money amount,
                                            const std::vector<Instalment>& instalments,
                                            const RoundingRule& rounding, Money paid,
                                            absl::CivilMonth open);

struct PlannedMonth {
  absl::CivilMonth month;
  Money amount;                    // Above zero.
  std::vector<PaymentPart> parts;  // They add up to it; by component, none of them zero.

  friend bool operator==(const PlannedMonth&, const PlannedMonth&) = default;
};

struct Profile {
  std::vector<PlannedMonth> months;  // Ascending.
  Money overpaid;                    // What no month could settle; zero or above.

  friend bool operator==(const Profile&, const Profile&) = default;
};

// The payments that come of `series`: per month their sum, where it is above zero; else it is taken
// along to the next month, and what is left in the end was overpaid. The months add up to the
// series and `overpaid`. OUT_OF_RANGE, MONEY_OVERFLOW.
absl::StatusOr<Profile> Settle(std::span<const Series> series, Currency currency);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_LEDGER_PROFILE_H_
