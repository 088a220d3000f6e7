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
using estimation::DomainView;
using estimation::Estimator;
using estimation::Observation;

double PowerOfTen(int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// The units of every group that are in the design, one group after the other, each by row.
class Domains {
 public:
  Domains(const Rules& rules, const UnitFigures& figures, int design_size) : sums_(*figures.sums) {
    const size_t groups = figures.index->groups.size();
    std::vector<int> unit_of(static_cast<size_t>(design_size), -1);
    begins_.assign(groups + 2, 0);
    for (int unit = 0; unit < sums_.size(); ++unit) {
      const int row = figures.DesignRow(unit);
      if (row < 0 || figures.LeavesOut(unit) || sums_.BaseAt(unit).IsZero()) continue;
      unit_of[static_cast<size_t>(row)] = unit;
      const int group = figures.GroupOf(unit);
      if (group >= 0) ++begins_[static_cast<size_t>(group) + 1];
    }
    for (size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    grouped_.resize(begins_.back());
    units_of_grouped_.resize(begins_.back());
    const double scale = rules.kind == MeasureKind::kMean ? PowerOfTen(rules.decimals) : 1;
    std::vector<size_t> next = begins_;
    for (int row = 0; row < design_size; ++row) {
      const int unit = unit_of[static_cast<size_t>(row)];
      if (unit < 0) continue;
      const Sums base = sums_.BaseAt(unit);
      const double sum = static_cast<double>(base.sum) / scale;
      const double squares = rules.kind == MeasureKind::kMean
                                 ? static_cast<double>(base.squares) / (scale * scale)
                                 : sum;
      const Observation observation{row, sum, static_cast<double>(base.n), squares};
      all_.push_back(observation);
      units_of_all_.push_back(unit);
      const int group = figures.GroupOf(unit);
      if (group < 0) continue;
      const size_t place = next[static_cast<size_t>(group)]++;
      grouped_[place] = observation;
      units_of_grouped_[place] = unit;
    }
  }

  // The records of a group, of which those count that are of `category`; -1: of all groups. Valid
  // until the next call.
  DomainView Of(int group, const std::string& category) {
    const size_t begin = group < 0 ? 0 : begins_[static_cast<size_t>(group)];
    const size_t end = group < 0 ? all_.size() : begins_[static_cast<size_t>(group) + 1];
    const DomainView base = DomainView(group < 0 ? all_ : grouped_).subspan(begin, end - begin);
    if (category.empty()) return base;
    const std::vector<int>& units = group < 0 ? units_of_all_ : units_of_grouped_;
    const SumsColumns::Category* const column = sums_.Find(category);
    of_category_.assign(base.begin(), base.end());
    for (size_t i = 0; i < of_category_.size(); ++i) {
      const int64_t sum = column == nullptr ? 0 : column->At(units[begin + i]).sum;
      of_category_[i].sum = of_category_[i].squares = static_cast<double>(sum);
    }
    return of_category_;
  }

 private:
  const SumsColumns& sums_;
  Domain all_, grouped_, of_category_;
  std::vector<int> units_of_all_, units_of_grouped_;
  std::vector<size_t> begins_;  // Of each group in grouped_.
};

bool IsComplete(const estimation::Design& design) {
  return std::all_of(design.strata().begin(), design.strata().end(),
                     [](const auto& stratum) { return stratum.Correction() == 0; });
}

void SetInterval(const Rules& rules, const WeightedTable& table, double records,
                 WeightedFigure& figure) {
  if (!figure.estimate.variance.has_value()) return;
  const estimation::Design& design = table.weighting->estimator->design();
  const Confidence confidence = table.weighting->confidence(table.plan);
  const double se = std::sqrt(*figure.estimate.variance);
  const double value = figure.estimate.ratio.value;
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

}  // namespace

void Weigh(const Rules& rules, const UnitFigures& figures, const std::vector<Estimate>& estimates,
           WeightedTable& table) {
  table.figures.assign(estimates.size(), std::nullopt);
  if (!table.weighting->estimator.has_value() || table.withheld) return;
  const Estimator& estimator = *table.weighting->estimator;
  Domains domains(rules, figures, estimator.design().size());
  const std::vector<Group>& groups = figures.index->groups;
  int group = -1;  // Estimates come in the order of groups.
  for (size_t i = 0; i < estimates.size(); ++i) {
    const Estimate& estimate = estimates[i];
    if (!estimate.group.empty()) {
      if (group < 0) group = 0;
      while (groups[static_cast<size_t>(group)] != estimate.group) ++group;
    }
    if (estimate.state != EstimateState::kPublished) continue;
    const DomainView domain = domains.Of(group, estimate.category);
    std::optional<estimation::DomainEstimate> told = estimator.Estimate(domain);
    if (!told.has_value()) continue;
    double records = 0;
    for (const Observation& unit : domain) records += unit.count;
    WeightedFigure& figure = table.figures[i].emplace();
    figure.estimate = *std::move(told);
    SetInterval(rules, table, records, figure);
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
  change.value = later.estimate.ratio.value - earlier.estimate.ratio.value;
  Confidence confidence = after.weighting->confidence(after.plan);
  confidence.degrees_of_freedom = std::min(
      confidence.degrees_of_freedom, before.weighting->confidence(before.plan).degrees_of_freedom);
  change.degrees_of_freedom = confidence.degrees_of_freedom;
  if (!earlier.estimate.variance.has_value() || !later.estimate.variance.has_value()) return change;
  const double covariance =
      estimation::Covariance(*before.weighting->estimator, earlier.estimate.ratio.influence,
                             *after.weighting->estimator, later.estimate.ratio.influence);
  // Rounding must not make it less than nothing.
  change.variance =
      std::max(0.0, *earlier.estimate.variance + *later.estimate.variance - 2 * covariance);
  const double se = std::sqrt(*change.variance);
  change.interval = estimation::Symmetric(change.value, se, confidence);
  if (se > 0) change.p_value = estimation::TwoSided(change.value / se, confidence);
  return change;
}

}  // namespace vg::indicators
