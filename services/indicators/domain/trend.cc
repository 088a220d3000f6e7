#include "services/indicators/domain/trend.h"

#include <map>
#include <utility>

namespace vg::indicators {

std::vector<Difference> Subtract(const std::vector<Estimate>& before,
                                 const std::vector<Estimate>& after) {
  std::map<std::pair<Group, std::string>, const Estimate*> earlier;
  for (const Estimate& estimate : before) {
    earlier.emplace(std::pair(estimate.group, estimate.category), &estimate);
  }
  std::vector<Difference> differences;
  for (const Estimate& later : after) {
    const auto found = earlier.find({later.group, later.category});
    if (found == earlier.end()) continue;
    const Estimate& former = *found->second;
    Difference difference{.group = later.group,
                          .category = later.category,
                          .value = {},
                          .before = static_cast<size_t>(&former - before.data()),
                          .after = static_cast<size_t>(&later - after.data())};
    if (former.state == EstimateState::kSuppressed || later.state == EstimateState::kSuppressed) {
      difference.state = EstimateState::kSuppressed;
    } else if (former.value.has_value() && later.value.has_value()) {
      difference.state = EstimateState::kPublished;
      difference.value = *later.value - *former.value;
    }
    differences.push_back(std::move(difference));
  }
  return differences;
}

}  // namespace vg::indicators
