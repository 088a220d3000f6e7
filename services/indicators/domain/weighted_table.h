// Estimates for the population, beside the figures of those who answered.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_WEIGHTED_TABLE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_WEIGHTED_TABLE_H_

#include <optional>
#include <vector>

#include "services/indicators/domain/estimate.h"
#include "services/indicators/domain/weighting.h"

namespace vg::indicators {

enum class IntervalMethod { kNone, kSymmetric, kLogit, kBeta };

// One estimate. Variances are absent where the design does not tell them.
struct WeightedFigure {
  estimation::Linearized ratio;  // The share or mean, with its influence.
  std::optional<double> variance;
  std::optional<estimation::Interval> interval;
  IntervalMethod interval_method = IntervalMethod::kNone;
  std::optional<double> design_effect;
  double total = 0;
  double total_variance = 0;
  double population_size = 0;   // Records.
  double population_units = 0;  // Weights of the units they belong to.
};

struct WeightedTable {
  WeightingPlan plan;
  Weighting weighting;
  bool withheld = false;  // No figure is told, because weights would give hidden groups away.
  // Of each estimate of the table, in its order: nothing where it is not published.
  std::vector<std::optional<WeightedFigure>> figures;
};

// Fills `table.figures` for the published ones of `estimates`, which were made of `rows`.
void Weigh(const Rules& rules, const std::vector<GroupedSums>& rows,
           const std::vector<Estimate>& estimates, WeightedTable& table);

// Whether weights that follow from the groups of `rows` would give some away: where a few groups
// are hidden, fewer than kMinimum, a weighted sum beside the unweighted one is one more equation
// for them. `areas` has one entry per attribute.
bool WeightsTellHiddenGroups(const Rules& rules, std::vector<Areas> areas,
                             const std::vector<GroupedSums>& rows);

// What changed from one wave to the next, as `later` less `earlier`.
struct WeightedChange {
  double value = 0;
  std::optional<double> variance;
  std::optional<estimation::Interval> interval;
  std::optional<double> p_value;
  int degrees_of_freedom = 0;  // The lesser of both.
};

// With the covariance of the units that answered both; see estimation/change.h.
WeightedChange Change(const WeightedTable& before, const WeightedFigure& earlier,
                      const WeightedTable& after, const WeightedFigure& later);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_WEIGHTED_TABLE_H_
