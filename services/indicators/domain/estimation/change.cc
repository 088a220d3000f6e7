#include "services/indicators/domain/estimation/change.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <vector>

namespace vg::indicators::estimation {
namespace {

// The totals of the clusters of one stratum, less their mean.
struct StratumTotals {
  const Stratum* stratum = nullptr;
  std::map<std::string_view, double> clusters;  // By name.
  double squares = 0;                           // Of the clusters.
};
using Totals = std::map<std::string_view, StratumTotals>;

std::string_view ClusterName(const SampledUnit& unit) {
  return unit.stages.front().cluster.empty() ? unit.id : unit.stages.front().cluster;
}

Totals TotalsOf(const Estimator& estimator, const Influence& influence) {
  const Design& design = estimator.design();
  Totals totals;
  for (int row = 0; row < design.size(); ++row) {
    const SampledUnit& unit = design.unit(row);
    StratumTotals& stratum = totals[unit.stratum];
    stratum.stratum = &design.strata()[static_cast<size_t>(design.stratum_of(row))];
    stratum.clusters.emplace(ClusterName(unit), 0);
  }
  const Influence residuals = estimator.calibration().has_value()
                                  ? estimator.calibration()->Residuals(influence)
                                  : influence;
  for (const Entry& entry : residuals) {
    const SampledUnit& unit = design.unit(entry.row);
    totals[unit.stratum].clusters[ClusterName(unit)] += entry.value;
  }
  for (auto& [name, stratum] : totals) {
    double mean = 0;
    for (const auto& [cluster, total] : stratum.clusters) mean += total;
    mean /= stratum.stratum->clusters;
    for (auto& [cluster, total] : stratum.clusters) {
      total -= mean;
      stratum.squares += total * total;
    }
  }
  return totals;
}

double CovarianceIn(const StratumTotals& first, const StratumTotals& second) {
  const double n1 = first.stratum->clusters, n2 = second.stratum->clusters;
  if (n1 < 2 || n2 < 2) return 0;
  double both = 0, products = 0;
  for (const auto& [cluster, total] : first.clusters) {
    const auto other = second.clusters.find(cluster);
    if (other == second.clusters.end()) continue;
    ++both;
    products += total * other->second;
  }
  if (both < 2) return 0;
  const auto size = static_cast<double>(
      std::max(first.stratum->population_size, second.stratum->population_size));
  const double drawn_together = size > 0 ? 1 - n1 * n2 / (size * both) : 1;
  const double spread = std::sqrt(n1 / (n1 - 1) * n2 / (n2 - 1));
  const double most = spread * std::sqrt(first.stratum->Correction() * first.squares *
                                         second.stratum->Correction() * second.squares);
  return std::clamp(drawn_together * spread * products, -most, most);
}

}  // namespace

double Covariance(const Estimator& first, const Influence& first_influence, const Estimator& second,
                  const Influence& second_influence) {
  const Totals befores = TotalsOf(first, first_influence);
  const Totals afters = TotalsOf(second, second_influence);
  double covariance = 0;
  for (const auto& [name, before] : befores) {
    const auto after = afters.find(name);
    if (after != afters.end()) covariance += CovarianceIn(before, after->second);
  }
  return covariance;
}

}  // namespace vg::indicators::estimation
