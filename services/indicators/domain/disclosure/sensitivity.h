// Which groups may not be shown by themselves.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SENSITIVITY_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SENSITIVITY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "services/indicators/domain/disclosure/policy.h"
#include "services/indicators/domain/disclosure/suppression.h"
#include "services/indicators/domain/measure.h"

namespace vg::indicators::disclosure {

// What the records of a group add up to.
struct GroupTotals {
  Sums base;
  std::vector<Sums> of_category;  // In an order that all totals share; none are nought.
  int64_t units = 0;
  // What each holder adds to the sum of a mean, by its size; empty unless a rule asks for it.
  std::map<int, double> by_holder;

  int64_t records() const { return base.n; }
  // Of a category by its place.
  Sums Of(size_t category) const {
    return category < of_category.size() ? of_category[category] : Sums();
  }
  Sums& At(size_t category);
  void Add(const GroupTotals& other);
};

// Why the group is hidden by itself, or kNone.
//
// kFrequency: fewer records or units than the policy's minimum; fewer than twice the minimum of
// records that are all alike (all or none of a proportion, all for one option, a mean without
// spread); nobody, if the policy hides that. kDominance: the policy's rules on boards.
Reason SensitivityOf(const Policy& policy, MeasureKind kind, const GroupTotals& totals);

// How much room a sum that is hidden for its dominance must have, so that the rules would be kept
// by a sum at either end (Hundepool and others, Statistical Disclosure Control, 2012, 4.2.2).
double RoomForDominance(const Policy& policy, const GroupTotals& totals);

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SENSITIVITY_H_
