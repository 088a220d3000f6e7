// Estimates for the population, beside the figures of those who answered.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_WEIGHTED_TABLE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_WEIGHTED_TABLE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "services/indicators/domain/estimate.h"
#include "services/indicators/domain/estimation/quantile.h"
#include "services/indicators/domain/weighting.h"

namespace vg::indicators {

enum class IntervalMethod { kNone, kSymmetric, kLogit, kBeta, kWoodruff };

// How one figure differs from another: a wave from the one before, a group from another.
struct WeightedChange {
  double value = 0;
  std::optional<double> variance;
  std::optional<estimation::Interval> interval;
  std::optional<double> p_value;
  int degrees_of_freedom = 0;  // Of waves the lesser of both.
};

// One estimate.
struct WeightedFigure {
  // The ratio is the share, mean, total, count or ratio. Of a quantile it is the value, without an
  // influence; its variance is the square of Woodruff's standard error.
  estimation::DomainEstimate estimate;
  double records = 0;  // Of the population.
  std::optional<double> lower, upper;
  IntervalMethod interval_method = IntervalMethod::kNone;
  std::optional<WeightedChange> difference;  // From the plan's reference group.
};

// The records of all units of a table that are in the design, by row; by place in `domain` the unit
// and what names its sums (see SumsColumns).
struct DesignRecords {
  estimation::Domain domain;
  std::vector<int> units;
  std::vector<uint64_t> stamps;
  uint64_t presence = 0;  // Of the sums.
  int units_outside = 0;  // With sums, but not in the design.
};

struct WeightedTable {
  WeightingPlan plan;
  std::shared_ptr<const Weighting> weighting;
  bool withheld = false;  // No figure is told, because weights would give hidden groups away.
  // Null if no figure is told, or nobody answered.
  std::shared_ptr<const DesignRecords> records;
  // Of each estimate of the table, in its order: null where it is not published. Shared with the
  // tables before and after in which it is the same.
  std::vector<std::shared_ptr<const WeightedFigure>> figures;
};

// A table that was made before of the same rules, units, groups and filter.
struct EarlierTable {
  const std::vector<Estimate>* estimates = nullptr;
  const WeightedTable* weighted = nullptr;
};

// Fills `table.figures` for the published ones of `estimates`, which were made of `figures`. What
// has not changed since `earlier` is taken from there if the weights are the same.
void Weigh(const Rules& rules, const UnitFigures& figures, const std::vector<Estimate>& estimates,
           WeightedTable& table, const EarlierTable& earlier = {});

// Whether weights that follow from the groups of `figures` would give some away: where the groups
// cannot be protected, and where a few of them are hidden, fewer than kMinimum, a weighted sum
// beside the unweighted one is one more equation for them. `areas` has one entry per attribute.
bool WeightsTellHiddenGroups(const disclosure::Policy& policy, const Rules& rules,
                             std::vector<Areas> areas, const UnitFigures& figures);

// What changed from one wave to the next, as `later` less `earlier`, with the covariance of the
// units that answered both; see estimation/change.h.
WeightedChange Change(const WeightedTable& before, const WeightedFigure& earlier,
                      const WeightedTable& after, const WeightedFigure& later);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_WEIGHTED_TABLE_H_
