// Spreading an amount over months so that nothing is lost.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_INSTALMENTS_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_INSTALMENTS_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"

#include "common/numeric/money.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

struct Payment {
  absl::CivilMonth month;
  Money amount;

  friend bool operator==(const Payment&, const Payment&) = default;
};

// What is wrong with `instalments`, as a sentence; empty: nothing. They are right if they are of
// one whole, add up to it, and are in months that ascend.
std::string FaultOf(const std::vector<Instalment>& instalments);

// The payments of `amount`: each its share, rounded by `rounding` and at most what is left; the
// last takes all that is left. They add up to `amount`. `instalments` are right.
std::vector<Payment> PaymentsOf(Money amount, const std::vector<Instalment>& instalments,
                                const RoundingRule& rounding);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_INSTALMENTS_H_
