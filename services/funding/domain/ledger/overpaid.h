// What was paid too much, in the book where it was and in the books of later school years.
//
// An amount that is lowered below what was paid leaves an overpayment in `carried_over` of its own
// book, which later payments of that book settle. When no payment is left there it is brought into
// the book of the next school year, where the instalments of whatever scheme come first settle it:
// less is paid, and what is not paid out becomes available. What 300 of an overpayment of 550
// settles there is posted as
//
//     committed  −300  settled:npo-2022-2023:overpaid:npo-2021-2022:2021-2022
//     paid       +300  the same
//     carried over −300  overpaid:npo-2021-2022:2021-2022
//     available  +300  npo-2022-2023

#ifndef VG_SERVICES_FUNDING_DOMAIN_LEDGER_OVERPAID_H_
#define VG_SERVICES_FUNDING_DOMAIN_LEDGER_OVERPAID_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/domain/ledger/payment_plan.h"
#include "services/funding/domain/ledger/profile.h"
#include "services/funding/domain/ledger/replan.h"

namespace vg::funding {

// The details under which it is posted. The ids of schemes have no colon.
//
// "overpaid:npo-2021-2022": under a scheme, in its own book. Who claims it back or receives it
// posts under the same detail.
std::string OverpaidDetail(std::string_view scheme);
// "overpaid:npo-2021-2022:2021-2022": the same in books of later school years. What was brought in
// already keeps its name.
std::string BroughtDetail(std::string_view overpaid, std::string_view school_year);
// What payments of `scheme` settled of `brought`.
std::string SettledDetail(std::string_view scheme, std::string_view brought);
// Whether `detail` is of one of the first two.
bool IsOverpaid(std::string_view detail);
bool IsBrought(std::string_view detail);

// What a recipient brought in from an earlier school year, in cents.
struct BroughtIn {
  int64_t open = 0;     // Neither settled nor claimed.
  int64_t settled = 0;  // By payments of one scheme.

  friend bool operator==(const BroughtIn&, const BroughtIn&) = default;
};
using BroughtIns = std::map<std::string, BroughtIn, std::less<>>;  // By BroughtDetail.

struct SettledProfile {
  Profile profile;     // `overpaid` is without what was brought in.
  BroughtIns brought;  // As it is then.
};
// Settles `brought` with what `series` of one scheme bring in, the first detail first; `fixed` are
// payments of that scheme which are ordered or paid and keep what they settled. OUT_OF_RANGE,
// MONEY_OVERFLOW.
absl::StatusOr<SettledProfile> SettleBrought(std::vector<Series> series, const BroughtIns& brought,
                                             const std::vector<PlannedPayment>& payments,
                                             absl::CivilMonth otherwise, Currency currency);

// Adds to `entry` the postings by which payments of `scheme` to `recipient` settle what `after`
// says where `before` was; `from` is where the scheme grants from.
absl::Status PostSettled(std::string_view scheme, const std::string& recipient, Currency currency,
                         Purpose from, const BroughtIns& before, const BroughtIns& after,
                         Entry& entry);

// Settles what is open of `brought` with what is planned of `payments`, which are of one scheme
// and recipient. `head` says on whose behalf (its source), when and why. `brought` becomes what is
// open then. OUT_OF_RANGE, MONEY_OVERFLOW.
absl::StatusOr<Release> SettleWithPlan(const Entry& head, std::string_view scheme,
                                       const std::string& recipient, Purpose from,
                                       const std::vector<PlannedPayment>& payments,
                                       int64_t last_number, Currency currency,
                                       std::map<std::string, int64_t, std::less<>>& brought);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_LEDGER_OVERPAID_H_
