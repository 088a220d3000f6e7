// What changed from one table to another of the same indicator.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_TREND_H_
#define VG_SERVICES_INDICATORS_DOMAIN_TREND_H_

#include <optional>
#include <string>
#include <vector>

#include "common/numeric/exact.h"
#include "services/indicators/domain/estimate.h"

namespace vg::indicators {

struct Difference {
  Group group;
  std::string category;
  EstimateState state = EstimateState::kEmpty;
  std::optional<Exact> value;    // Later less earlier, exact; only if published.
  size_t before = 0, after = 0;  // The places of both in their tables.
};

// One difference for every group and category that both tables have, in the order of `after`. Where
// either figure is suppressed so is the difference, for it would give it away beside the other.
std::vector<Difference> Subtract(const std::vector<Estimate>& before,
                                 const std::vector<Estimate>& after);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_TREND_H_
