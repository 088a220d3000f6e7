#include "services/indicators/domain/weighted_table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "absl/strings/numbers.h"

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

Observation Observe(const Rules& rules, double scale, int row, double expansion, const Sums& base,
                    const Sums& below) {
  Observation unit{.row = row, .expansion = expansion};
  const auto n = static_cast<double>(base.n);
  switch (rules.kind) {
    case MeasureKind::kMean:
    case MeasureKind::kTotal:
      unit.sum = static_cast<double>(base.sum) / scale;
      unit.squares = static_cast<double>(base.squares) / (scale * scale);
      break;
    case MeasureKind::kRatio:
      unit.sum = static_cast<double>(base.sum) / scale;
      unit.squares = static_cast<double>(base.squares) / (scale * scale);
      unit.count = static_cast<double>(below.sum) / scale;
      unit.count_squares = static_cast<double>(below.squares) / (scale * scale);
      unit.cross = static_cast<double>(below.n) / (scale * scale);
      return unit;
    default:
      unit.sum = unit.squares = static_cast<double>(base.sum);
      break;
  }
  unit.count = unit.count_squares = n;
  unit.cross = unit.sum;
  return unit;
}

// `earlier`: the same of other sums, or null; units whose sums are the same are taken from it.
std::shared_ptr<const DesignRecords> RecordsOf(const Rules& rules, const UnitFigures& figures,
                                               const Estimator& estimator,
                                               const DesignRecords* earlier) {
  const SumsColumns& sums = *figures.sums;
  const double scale = PowerOfTen(rules.decimals);
  const SumsColumns::Category* const below =
      rules.kind == MeasureKind::kRatio ? sums.Find(kBelow) : nullptr;
  const auto observe = [&](int row, int unit) {
    return Observe(rules, scale, row, estimator.expansion(row), sums.BaseAt(unit),
                   below == nullptr ? Sums() : below->At(unit));
  };
  // Whoever has sums now had some then.
  if (earlier != nullptr && earlier->presence == sums.presence()) {
    auto records = std::make_shared<DesignRecords>(*earlier);
    for (size_t i = 0; i < records->units.size(); ++i) {
      const int unit = records->units[i];
      if (records->stamps[i] == sums.changed(unit)) continue;
      records->stamps[i] = sums.changed(unit);
      records->domain[i] = observe(records->domain[i].row, unit);
    }
    return records;
  }
  auto records = std::make_shared<DesignRecords>();
  records->presence = sums.presence();
  const int design_size = estimator.design().size();
  std::vector<int> unit_of(static_cast<size_t>(design_size), -1);
  for (int unit = 0; unit < sums.size(); ++unit) {
    if (sums.BaseAt(unit).IsZero()) continue;
    const int row = figures.DesignRow(unit);
    if (row < 0) ++records->units_outside;
    if (row >= 0 && !figures.LeavesOut(unit)) unit_of[static_cast<size_t>(row)] = unit;
  }
  records->domain.reserve(static_cast<size_t>(design_size));
  for (int row = 0; row < design_size; ++row) {
    const int unit = unit_of[static_cast<size_t>(row)];
    if (unit < 0) continue;
    records->domain.push_back(observe(row, unit));
    records->units.push_back(unit);
    records->stamps.push_back(sums.changed(unit));
  }
  return records;
}

// The records of every group wanted, one group after the other, each by row.
class Domains {
 public:
  // `wanted`: by group. Borrows all.
  Domains(const Rules& rules, const UnitFigures& figures, const DesignRecords& all,
          const std::vector<char>& wanted)
      : rules_(rules), sums_(*figures.sums), all_(all) {
    const auto group_of = [&](size_t i) {
      const int group = figures.GroupOf(all.units[i]);
      return group >= 0 && wanted[static_cast<size_t>(group)] != 0 ? group : -1;
    };
    begins_.assign(figures.index->groups.size() + 2, 0);
    for (size_t i = 0; i < all.units.size(); ++i) {
      const int group = group_of(i);
      if (group >= 0) ++begins_[static_cast<size_t>(group) + 1];
    }
    for (size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    grouped_.resize(begins_.back());
    units_of_grouped_.resize(begins_.back());
    std::vector<size_t> next = begins_;
    for (size_t i = 0; i < all.units.size(); ++i) {
      const int group = group_of(i);
      if (group < 0) continue;
      const size_t place = next[static_cast<size_t>(group)]++;
      grouped_[place] = all.domain[i];
      units_of_grouped_[place] = all.units[i];
    }
  }

  // The records of a group; -1: of all groups.
  DomainView Of(int group) const {
    const auto [begin, end] = PlacesOf(group);
    return DomainView(group < 0 ? all_.domain : grouped_).subspan(begin, end - begin);
  }
  std::span<const int> UnitsOf(int group) const {
    const auto [begin, end] = PlacesOf(group);
    return std::span(group < 0 ? all_.units : units_of_grouped_).subspan(begin, end - begin);
  }
  // The same, of which those count that chose `option`. Valid until the next call.
  DomainView Of(int group, const std::string& option) {
    const DomainView base = Of(group);
    const std::span<const int> units = UnitsOf(group);
    const SumsColumns::Category* const column = sums_.Find(option);
    of_option_.assign(base.begin(), base.end());
    for (size_t i = 0; i < of_option_.size(); ++i) {
      const int64_t sum = column == nullptr ? 0 : column->At(units[i]).sum;
      Observation& unit = of_option_[i];
      unit.sum = unit.squares = unit.cross = static_cast<double>(sum);
    }
    return of_option_;
  }
  // How many records of a group have each value. Valid until the next call.
  std::span<const estimation::ValueCounts> ValuesOf(int group,
                                                    const std::vector<StepColumn>& steps) {
    const std::span<const int> units = UnitsOf(group);
    values_.clear();
    for (const StepColumn& step : steps) {
      estimation::ValueCounts value;
      // As it is written: 0.1 · 3 is 0.3 and not 0.30000000000000004.
      (void)absl::SimpleAtod((rules_.step * Exact(step.step)).ToText(), &value.value);
      for (const int unit : units) {
        value.counts.push_back(static_cast<double>(sums_.categories()[step.column].At(unit).sum));
      }
      values_.push_back(std::move(value));
    }
    return values_;
  }

 private:
  std::pair<size_t, size_t> PlacesOf(int group) const {
    if (group < 0) return {0, all_.units.size()};
    return {begins_[static_cast<size_t>(group)], begins_[static_cast<size_t>(group) + 1]};
  }

  const Rules& rules_;
  const SumsColumns& sums_;
  const DesignRecords& all_;
  Domain grouped_, of_option_;
  std::vector<estimation::ValueCounts> values_;
  std::vector<int> units_of_grouped_;
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
  const auto set = [&figure](IntervalMethod method, std::optional<estimation::Interval> interval) {
    if (!interval.has_value()) return false;
    figure.lower = interval->lower;
    figure.upper = interval->upper;
    figure.interval_method = method;
    return true;
  };
  // Who asked everybody knows.
  if (!IsShare(rules.kind) || IsComplete(design)) {
    set(IntervalMethod::kSymmetric, estimation::Symmetric(value, se, confidence));
    return;
  }
  if (!table.plan.beta_intervals &&
      set(IntervalMethod::kLogit, estimation::Logit(value, se, confidence))) {
    return;
  }
  set(IntervalMethod::kBeta, estimation::Beta(value, se, records, design.size(), confidence));
}

// The share of `estimate` as a number; what cannot be read is in no definition.
double ShareOf(const Estimate& estimate) {
  double share = 0.5;
  (void)absl::SimpleAtod(estimate.category, &share);
  return share;
}

std::optional<WeightedFigure> QuantileOf(const WeightedTable& table, DomainView domain,
                                         std::span<const estimation::ValueCounts> values,
                                         double share) {
  const std::optional<estimation::QuantileEstimate> told = estimation::Quantile(
      *table.weighting->estimator, domain, values, share, table.weighting->confidence(table.plan));
  if (!told.has_value()) return std::nullopt;
  WeightedFigure figure;
  figure.estimate.ratio.value = told->value;
  figure.lower = told->lower;
  figure.upper = told->upper;
  if (told->lower.has_value() || told->upper.has_value()) {
    figure.interval_method = IntervalMethod::kWoodruff;
  }
  if (told->standard_error.has_value()) {
    figure.estimate.variance = *told->standard_error * *told->standard_error;
  }
  for (const Observation& unit : domain) {
    figure.estimate.weights += table.weighting->estimator->weights()[static_cast<size_t>(unit.row)];
  }
  return figure;
}

// The interval and the test of a change of which the value and degrees of freedom are told.
void Judge(double variance, const Confidence& confidence, WeightedChange& change) {
  change.variance = variance;
  const double se = std::sqrt(variance);
  change.interval = estimation::Symmetric(change.value, se, confidence);
  if (se > 0) change.p_value = estimation::TwoSided(change.value / se, confidence);
}

// Holds every group against the reference group, category by category.
void AddDifferences(const Rules& rules, const std::vector<Estimate>& estimates, Domains& domains,
                    WeightedTable& table) {
  const auto domain_of = [&](const Estimate& estimate) {
    const DomainView view = HasOptions(rules.kind) ? domains.Of(estimate.place, estimate.category)
                                                   : domains.Of(estimate.place);
    return Domain(view.begin(), view.end());
  };
  const Confidence confidence = table.weighting->confidence(table.plan);
  for (size_t reference = 0; reference < estimates.size(); ++reference) {
    if (estimates[reference].group != table.plan.reference_group) continue;
    const std::shared_ptr<const WeightedFigure> from = table.figures[reference];
    if (from == nullptr) continue;
    const Domain former = domain_of(estimates[reference]);
    for (size_t i = 0; i < estimates.size(); ++i) {
      if (i == reference || table.figures[i] == nullptr || estimates[i].place < 0 ||
          estimates[i].category != estimates[reference].category) {
        continue;
      }
      WeightedChange change;
      change.value = table.figures[i]->estimate.ratio.value - from->estimate.ratio.value;
      change.degrees_of_freedom = confidence.degrees_of_freedom;
      const std::optional<double> variance =
          table.weighting->estimator->DifferenceVariance(former, domain_of(estimates[i]));
      if (variance.has_value()) Judge(*variance, confidence, change);
      auto figure = std::make_shared<WeightedFigure>(*table.figures[i]);
      figure->difference = change;
      table.figures[i] = std::move(figure);
    }
  }
}

// Takes over what has not changed. A quantile is held against the values of all groups.
std::vector<char> TakeOver(const Rules& rules, const std::vector<Estimate>& estimates,
                           const EarlierTable& earlier, WeightedTable& table) {
  std::vector<char> taken(estimates.size(), 0);
  if (earlier.weighted == nullptr || earlier.weighted->withheld ||
      earlier.weighted->weighting != table.weighting ||
      earlier.estimates->size() != estimates.size() || rules.kind == MeasureKind::kQuantiles ||
      !table.plan.reference_group.empty()) {
    return taken;
  }
  for (size_t i = 0; i < estimates.size(); ++i) {
    if (!IsUnchanged((*earlier.estimates)[i], estimates[i])) continue;
    taken[i] = 1;
    table.figures[i] = earlier.weighted->figures[i];
  }
  return taken;
}

}  // namespace

void Weigh(const Rules& rules, const UnitFigures& figures, const std::vector<Estimate>& estimates,
           WeightedTable& table, const EarlierTable& earlier) {
  table.figures.assign(estimates.size(), nullptr);
  if (!table.weighting->estimator.has_value() || table.withheld) return;
  const Estimator& estimator = *table.weighting->estimator;
  const std::vector<char> taken = TakeOver(rules, estimates, earlier, table);
  const auto is_wanted = [&](size_t i) {
    return taken[i] == 0 && estimates[i].state == EstimateState::kPublished;
  };
  std::vector<char> wanted(figures.index->groups.size(), 0);
  for (size_t i = 0; i < estimates.size(); ++i) {
    if (estimates[i].place >= 0 && is_wanted(i)) {
      wanted[static_cast<size_t>(estimates[i].place)] = 1;
    }
  }
  const bool same_design =
      earlier.weighted != nullptr && earlier.weighted->weighting == table.weighting;
  table.records =
      RecordsOf(rules, figures, estimator, same_design ? earlier.weighted->records.get() : nullptr);
  Domains domains(rules, figures, *table.records, wanted);
  const std::vector<StepColumn> steps =
      rules.kind == MeasureKind::kQuantiles ? StepsOf(*figures.sums) : std::vector<StepColumn>();
  for (size_t i = 0; i < estimates.size(); ++i) {
    if (!is_wanted(i)) continue;
    const Estimate& estimate = estimates[i];
    const int group = estimate.place;
    const DomainView domain =
        HasOptions(rules.kind) ? domains.Of(group, estimate.category) : domains.Of(group);
    if (domain.empty()) continue;
    std::optional<WeightedFigure> figure;
    double records = 0, population = 0;
    const std::span<const int> units = domains.UnitsOf(group);
    for (size_t at = 0; at < domain.size(); ++at) {
      // What a ratio is over are not records.
      const double n = rules.kind == MeasureKind::kRatio
                           ? static_cast<double>(figures.sums->BaseAt(units[at]).n)
                           : domain[at].count;
      records += n;
      population +=
          estimator.weights()[static_cast<size_t>(domain[at].row)] * domain[at].expansion * n;
    }
    if (rules.kind == MeasureKind::kQuantiles) {
      figure = QuantileOf(table, domain, domains.ValuesOf(group, steps), ShareOf(estimate));
    } else if (rules.kind == MeasureKind::kTotal || rules.kind == MeasureKind::kCount) {
      figure.emplace().estimate = estimator.EstimateTotal(domain);
    } else {
      std::optional<estimation::DomainEstimate> told = estimator.Estimate(domain);
      if (!told.has_value()) continue;
      figure.emplace().estimate = *std::move(told);
      if (rules.kind == MeasureKind::kRatio) figure->estimate.design_effect.reset();
    }
    if (!figure.has_value()) continue;
    figure->records = population;
    if (rules.kind != MeasureKind::kQuantiles) SetInterval(rules, table, records, *figure);
    table.figures[i] = std::make_shared<const WeightedFigure>(*std::move(figure));
  }
  if (!table.plan.reference_group.empty()) AddDifferences(rules, estimates, domains, table);
}

bool WeightsTellHiddenGroups(const disclosure::Policy& policy, const Rules& rules,
                             std::vector<Areas> areas, const UnitFigures& figures) {
  TableAtoms atoms = AtomsOf(policy, figures, {});
  std::set<Group> groups;
  for (size_t i = 0; i < atoms.places.size(); ++i) {
    const int group = atoms.places[i] / 2;
    if (group == 0 || atoms.places[i] % 2 != 0 || atoms.totals[i].totals.records() == 0) continue;
    groups.insert(figures.index->groups[static_cast<size_t>(group - 1)]);
  }
  disclosure::Protection protection(policy, rules.kind,
                                    ShapeOf(atoms.places, *figures.index, std::move(areas)),
                                    std::move(atoms.categories), std::move(atoms.totals));
  // A table that cannot be protected tells more than it shows.
  if (protection.HidesAllGroups()) return true;
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
  // A quantile has no influence to take a covariance from.
  if (!earlier.estimate.variance.has_value() || !later.estimate.variance.has_value() ||
      earlier.estimate.ratio.influence.empty() || later.estimate.ratio.influence.empty()) {
    return change;
  }
  const double covariance =
      estimation::Covariance(*before.weighting->estimator, earlier.estimate.ratio.influence,
                             *after.weighting->estimator, later.estimate.ratio.influence);
  // Rounding must not make it less than nothing.
  Judge(std::max(0.0, *earlier.estimate.variance + *later.estimate.variance - 2 * covariance),
        confidence, change);
  return change;
}

}  // namespace vg::indicators
