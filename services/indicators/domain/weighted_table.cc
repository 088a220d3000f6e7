#include "services/indicators/domain/weighted_table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "services/indicators/domain/estimation/change.h"

namespace vg::indicators {
namespace {

using estimation::Confidence;
using estimation::Domain;
using estimation::Estimator;
using estimation::Observation;

// The units of one group that are in the design, with their sums.
struct GroupDomain {
  Domain base;  // Of all categories: the records; for a proportion or mean also Σx and Σx².
  std::map<std::string, std::map<int, double>> sums;  // By category, then by row.
};

double PowerOfTen(int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// Every group with its units; the total is that of the empty group.
std::map<Group, GroupDomain> Domains(const Rules& rules, const std::vector<GroupedSums>& rows) {
  const double scale = rules.kind == MeasureKind::kMean ? PowerOfTen(rules.decimals) : 1;
  std::map<Group, GroupDomain> domains;
  const auto add = [&](GroupDomain& domain, const GroupedSums& row) {
    if (!row.category.empty()) {
      domain.sums[row.category][row.design_row] += static_cast<double>(row.sums.sum);
      return;
    }
    const double sum = static_cast<double>(row.sums.sum) / scale;
    const double squares = rules.kind == MeasureKind::kMean
                               ? static_cast<double>(row.sums.squares) / (scale * scale)
                               : sum;
    domain.base.push_back({row.design_row, sum, static_cast<double>(row.sums.n), squares});
  };
  for (const GroupedSums& row : rows) {
    if (row.filtered_out || row.design_row < 0) continue;
    add(domains[{}], row);
    if (!row.group.empty()) add(domains[row.group], row);
  }
  for (auto& [group, domain] : domains) {
    std::sort(domain.base.begin(), domain.base.end(),
              [](const Observation& a, const Observation& b) { return a.row < b.row; });
  }
  return domains;
}

// The records of a group, of which those count that are of the category.
Domain InCategory(const GroupDomain& group, const std::string& category) {
  Domain domain = group.base;
  if (category.empty()) return domain;
  const auto sums = group.sums.find(category);
  for (Observation& unit : domain) {
    unit.sum = unit.squares = 0;
    if (sums == group.sums.end()) continue;
    const auto sum = sums->second.find(unit.row);
    if (sum != sums->second.end()) unit.sum = unit.squares = sum->second;
  }
  return domain;
}

bool IsComplete(const estimation::Design& design) {
  return std::all_of(design.strata().begin(), design.strata().end(),
                     [](const auto& stratum) { return stratum.Correction() == 0; });
}

void SetInterval(const Rules& rules, const WeightedTable& table, double records,
                 WeightedFigure& figure) {
  if (!figure.variance.has_value()) return;
  const estimation::Design& design = table.weighting.estimator->design();
  const Confidence confidence = table.weighting.confidence(table.plan);
  const double se = std::sqrt(*figure.variance);
  const double value = figure.ratio.value;
  const bool share = rules.kind != MeasureKind::kMean;
  const auto set = [&figure](IntervalMethod method, std::optional<estimation::Interval> interval) {
    figure.interval = interval;
    figure.interval_method = interval.has_value() ? method : IntervalMethod::kNone;
  };
  // Who asked everybody knows.
  if (!share || IsComplete(design)) {
    set(IntervalMethod::kSymmetric, estimation::Symmetric(value, se, confidence));
    return;
  }
  if (!table.plan.beta_intervals) {
    set(IntervalMethod::kLogit, estimation::Logit(value, se, confidence));
  }
  if (!figure.interval.has_value()) {
    set(IntervalMethod::kBeta, estimation::Beta(value, se, records, design.size(), confidence));
  }
}

WeightedFigure FigureOf(const Estimator& estimator, const Domain& domain,
                        estimation::Linearized ratio) {
  WeightedFigure figure;
  figure.variance = estimator.RatioVariance(domain);
  if (figure.variance.has_value()) {
    figure.design_effect = estimator.DesignEffect(domain, ratio.value, *figure.variance);
  }
  figure.ratio = std::move(ratio);
  figure.total = estimator.Total(domain).value;
  figure.total_variance = estimator.TotalVariance(domain);
  figure.population_size = estimator.CountOf(domain);
  for (const Observation& unit : domain) {
    figure.population_units += estimator.weights()[static_cast<size_t>(unit.row)];
  }
  return figure;
}

}  // namespace

void Weigh(const Rules& rules, const std::vector<GroupedSums>& rows,
           const std::vector<Estimate>& estimates, WeightedTable& table) {
  table.figures.assign(estimates.size(), std::nullopt);
  if (!table.weighting.estimator.has_value() || table.withheld) return;
  const Estimator& estimator = *table.weighting.estimator;
  const std::map<Group, GroupDomain> domains = Domains(rules, rows);
  for (size_t i = 0; i < estimates.size(); ++i) {
    if (estimates[i].state != EstimateState::kPublished) continue;
    const auto group = domains.find(estimates[i].group);
    if (group == domains.end()) continue;
    const Domain domain = InCategory(group->second, estimates[i].category);
    std::optional<estimation::Linearized> ratio = estimator.Ratio(domain);
    if (!ratio.has_value()) continue;
    WeightedFigure figure = FigureOf(estimator, domain, *std::move(ratio));
    double records = 0;
    for (const Observation& unit : domain) records += unit.count;
    SetInterval(rules, table, records, figure);
    table.figures[i] = std::move(figure);
  }
}

bool WeightsTellHiddenGroups(const Rules& rules, std::vector<Areas> areas,
                             const std::vector<GroupedSums>& rows) {
  Protection protection(rules.kind, std::move(areas));
  std::set<Group> groups;
  for (const GroupedSums& row : rows) {
    protection.Add(row.group, row.category, row.sums, row.unit, row.filtered_out);
    if (!row.filtered_out && row.sums.n > 0) groups.insert(row.group);
  }
  const int64_t hidden = std::count_if(groups.begin(), groups.end(),
                                       [&](const Group& group) { return protection.Hides(group); });
  return hidden > 0 && hidden < kMinimum;
}

WeightedChange Change(const WeightedTable& before, const WeightedFigure& earlier,
                      const WeightedTable& after, const WeightedFigure& later) {
  WeightedChange change;
  change.value = later.ratio.value - earlier.ratio.value;
  Confidence confidence = after.weighting.confidence(after.plan);
  confidence.degrees_of_freedom = std::min(
      confidence.degrees_of_freedom, before.weighting.confidence(before.plan).degrees_of_freedom);
  change.degrees_of_freedom = confidence.degrees_of_freedom;
  if (!earlier.variance.has_value() || !later.variance.has_value()) return change;
  const double covariance =
      estimation::Covariance(*before.weighting.estimator, earlier.ratio.influence,
                             *after.weighting.estimator, later.ratio.influence);
  // Rounding must not make it less than nothing.
  change.variance = std::max(0.0, *earlier.variance + *later.variance - 2 * covariance);
  const double se = std::sqrt(*change.variance);
  change.interval = estimation::Symmetric(change.value, se, confidence);
  if (se > 0) change.p_value = estimation::TwoSided(change.value / se, confidence);
  return change;
}

}  // namespace vg::indicators
