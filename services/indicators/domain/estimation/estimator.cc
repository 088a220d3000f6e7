#include "services/indicators/domain/estimation/estimator.h"

#include <cmath>
#include <utility>

#include "common/status/status_macros.h"
#include "services/indicators/domain/estimation/errors.h"

namespace vg::indicators::estimation {
namespace {

// Whether no more than rounding is left of a domain.
bool IsGone(double count, double of) { return !(std::abs(count) > 1e-9 * std::abs(of)); }

// Σ(y − mean)² of the records of a unit.
double SquaresAbout(double mean, const Observation& unit) {
  return unit.squares - 2 * mean * unit.sum + mean * mean * unit.count;
}

// How records spread about their mean, in the population.
struct Spread {
  double n = 0, population = 0, squares = 0;

  std::optional<double> DesignEffect(double variance) const {
    if (n <= 1 || population <= n || !(squares > 0)) return std::nullopt;
    const double spread = squares / population * n / (n - 1);
    return variance / (spread * (population - n) / (population * n));
  }
};

}  // namespace

Estimator::Estimator(Design design, std::optional<Calibration> calibration, VarianceMethod method)
    : design_(std::move(design)),
      calibration_(std::move(calibration)),
      method_(method),
      weights_(calibration_.has_value() ? calibration_->weights() : design_.weights()) {}

absl::StatusOr<Estimator> Estimator::Make(Design design, std::optional<Calibration> calibration,
                                          VarianceMethod method, std::vector<LastStage> last) {
  Estimator estimator(std::move(design), std::move(calibration), method);
  estimator.last_ = std::move(last);
  int64_t lonely = 0;
  for (size_t row = 0; row < estimator.last_.size(); ++row) {
    const LastStage& stage = estimator.last_[row];
    if (stage.population_size < stage.drawn) {
      return MoreThanPersons(estimator.design_.unit(static_cast<int>(row)).id);
    }
    if (stage.drawn == 1 && stage.population_size > 1) ++lonely;
  }
  if (lonely > 0 && estimator.design_.lonely() == LonelyStratum::kFail)
    return LonelyPersons(lonely);
  if (method == VarianceMethod::kLinearization) return estimator;
  estimator.MakeReplicates();
  if (estimator.calibration_.has_value()) RETURN_IF_ERROR(estimator.CalibrateReplicates());
  return estimator;
}

void Estimator::MakeReplicates() {
  const std::vector<Stratum>& strata = design_.strata();
  for (int row = 0; row < design_.size();) {
    Replicate replicate{.first_row = row, .stratum = design_.stratum_of(row)};
    const int cluster = design_.cluster_of(row);
    while (row < design_.size() && design_.cluster_of(row) == cluster) ++row;
    replicate.last_row = row - 1;
    const Stratum& stratum = strata[static_cast<size_t>(replicate.stratum)];
    if (stratum.IsLonely()) {
      if (design_.lonely() != LonelyStratum::kAdjust || strata.size() < 2) continue;
      const auto all = static_cast<double>(strata.size());
      replicate.everywhere = true;
      replicate.factor = all / (all - 1);
      replicate.scale = (all - 1) / all;
    } else {
      if (stratum.clusters == 1) continue;
      const double n = stratum.clusters;
      replicate.factor = n / (n - 1);
      replicate.scale = (n - 1) / n * stratum.Correction();
    }
    replicates_.push_back(std::move(replicate));
  }
  if (design_.lonely() == LonelyStratum::kAverage && !replicates_.empty()) {
    const double more =
        static_cast<double>(design_.cluster_count()) / static_cast<double>(replicates_.size());
    for (Replicate& replicate : replicates_) replicate.scale *= more;
  }
}

absl::Status Estimator::CalibrateReplicates() {
  if (replicates_.size() > kMostReplicates) {
    return TooManyReplicates(static_cast<int64_t>(replicates_.size()), kMostReplicates);
  }
  for (Replicate& replicate : replicates_) {
    ASSIGN_OR_RETURN(replicate.weights, calibration_->Recalibrate(WeightsOf(replicate)));
  }
  return absl::OkStatus();
}

std::vector<double> Estimator::WeightsOf(const Replicate& replicate) const {
  std::vector<double> weights = design_.weights();
  for (int row = 0; row < design_.size(); ++row) {
    double& weight = weights[static_cast<size_t>(row)];
    if (row >= replicate.first_row && row <= replicate.last_row) {
      weight = 0;
    } else if (replicate.everywhere || design_.stratum_of(row) == replicate.stratum) {
      weight *= replicate.factor;
    }
  }
  return weights;
}

std::optional<DomainEstimate> Estimator::Estimate(DomainView domain) const {
  if (method_ == VarianceMethod::kLinearization) return Linearize(domain);
  std::optional<Linearized> ratio = Ratio(domain);
  if (!ratio.has_value()) return std::nullopt;
  DomainEstimate estimate;
  estimate.ratio = *std::move(ratio);
  estimate.count = CountOf(domain);
  for (const Observation& unit : domain) {
    estimate.weights += weights_[static_cast<size_t>(unit.row)];
  }
  estimate.variance = RatioVariance(domain);
  estimate.total = Total(domain).value;
  estimate.total_variance = TotalVariance(domain);
  if (estimate.variance.has_value()) {
    estimate.design_effect = DesignEffect(domain, estimate.ratio.value, *estimate.variance);
  }
  return estimate;
}

std::optional<DomainEstimate> Estimator::Linearize(DomainView domain) const {
  DomainEstimate estimate;
  Spread spread;
  for (const Observation& unit : domain) {
    const double weight = WeightOf(unit);
    estimate.total += weight * unit.sum;
    estimate.count += weight * unit.count;
    estimate.weights += weights_[static_cast<size_t>(unit.row)];
    spread.n += unit.count;
  }
  if (estimate.count == 0) return std::nullopt;
  const double ratio = estimate.total / estimate.count;
  estimate.ratio.value = ratio;
  estimate.ratio.influence.reserve(domain.size());
  Influence of_total;
  of_total.reserve(domain.size());
  for (const Observation& unit : domain) {
    const double weight = WeightOf(unit);
    estimate.ratio.influence.push_back(
        {unit.row, weight * (unit.sum - ratio * unit.count) / estimate.count});
    of_total.push_back({unit.row, weight * unit.sum});
    spread.squares += weight * SquaresAbout(ratio, unit);
  }
  spread.population = estimate.count;
  estimate.variance =
      Variance(estimate.ratio.influence) + LastStageVariance(domain, ratio, estimate.count);
  estimate.total_variance = Variance(of_total) + LastStageVariance(domain, 0, 1);
  estimate.design_effect = spread.DesignEffect(*estimate.variance);
  return estimate;
}

DomainEstimate Estimator::EstimateTotal(DomainView domain) const {
  DomainEstimate estimate;
  estimate.ratio = Total(domain);
  estimate.total = estimate.ratio.value;
  estimate.variance = estimate.total_variance = TotalVariance(domain);
  estimate.count = CountOf(domain);
  for (const Observation& unit : domain) {
    estimate.weights += weights_[static_cast<size_t>(unit.row)];
  }
  return estimate;
}

double Estimator::expansion(int row) const {
  if (last_.empty()) return 1;
  const LastStage& stage = last_[static_cast<size_t>(row)];
  return static_cast<double>(stage.population_size) / static_cast<double>(stage.drawn);
}

double Estimator::LastStageVariance(DomainView domain, double ratio, double size) const {
  if (last_.empty()) return 0;
  double variance = 0;
  for (const Observation& unit : domain) {
    const LastStage& stage = last_[static_cast<size_t>(unit.row)];
    if (stage.drawn < 2 || stage.drawn >= stage.population_size) continue;
    const auto m = static_cast<double>(stage.drawn);
    const auto of = static_cast<double>(stage.population_size);
    const double residual = unit.sum - ratio * unit.count;
    const double squares =
        unit.squares - 2 * ratio * unit.cross + ratio * ratio * unit.count_squares;
    const double spread = std::max(0.0, squares - residual * residual / m);
    const double weight = WeightOf(unit) / size;
    variance +=
        design_.DrawnShare(unit.row) * (1 - m / of) * m / (m - 1) * weight * weight * spread;
  }
  return variance;
}

Linearized Estimator::Total(DomainView domain) const {
  Linearized total;
  total.influence.reserve(domain.size());
  for (const Observation& unit : domain) {
    const double value = WeightOf(unit) * unit.sum;
    total.value += value;
    total.influence.push_back({unit.row, value});
  }
  return total;
}

std::optional<Linearized> Estimator::Ratio(DomainView domain) const {
  double sum = 0, count = 0;
  for (const Observation& unit : domain) {
    const double weight = WeightOf(unit);
    sum += weight * unit.sum;
    count += weight * unit.count;
  }
  if (count == 0) return std::nullopt;
  Linearized ratio;
  ratio.value = sum / count;
  ratio.influence.reserve(domain.size());
  for (const Observation& unit : domain) {
    const double weight = WeightOf(unit);
    ratio.influence.push_back({unit.row, weight * (unit.sum - ratio.value * unit.count) / count});
  }
  return ratio;
}

double Estimator::Variance(const Influence& influence) const {
  if (!calibration_.has_value()) return design_.Variance(influence);
  return design_.Variance(calibration_->Residuals(influence));
}

std::vector<Estimator::Sums> Estimator::Replicated(DomainView domain) const {
  Sums all;
  std::vector<Sums> of_stratum(design_.strata().size());
  std::vector<Sums> of_cluster(static_cast<size_t>(design_.cluster_count()));
  const auto add = [](const Observation& unit, double weight, Sums& sums) {
    sums.sum += weight * unit.sum;
    sums.count += weight * unit.count;
  };
  for (const Observation& unit : domain) {
    const double weight = WeightOf(unit);
    add(unit, weight, all);
    add(unit, weight, of_stratum[static_cast<size_t>(design_.stratum_of(unit.row))]);
    add(unit, weight, of_cluster[static_cast<size_t>(design_.cluster_of(unit.row))]);
  }
  std::vector<Sums> replicated;
  replicated.reserve(replicates_.size());
  for (const Replicate& replicate : replicates_) {
    Sums& sums = replicated.emplace_back();
    if (!replicate.weights.empty()) {
      for (const Observation& unit : domain) {
        add(unit, replicate.weights[static_cast<size_t>(unit.row)], sums);
      }
      continue;
    }
    const Sums& left_out = of_cluster[static_cast<size_t>(design_.cluster_of(replicate.first_row))];
    const Sums& scope =
        replicate.everywhere ? all : of_stratum[static_cast<size_t>(replicate.stratum)];
    const auto with = [&replicate](double total, double in_scope, double gone) {
      return total - in_scope + replicate.factor * (in_scope - gone);
    };
    sums.sum = with(all.sum, scope.sum, left_out.sum);
    sums.count = with(all.count, scope.count, left_out.count);
  }
  return replicated;
}

double Estimator::CountOf(DomainView domain) const {
  double count = 0;
  for (const Observation& unit : domain) {
    count += WeightOf(unit) * unit.count;
  }
  return count;
}

double Estimator::TotalVariance(DomainView domain) const {
  const Linearized total = Total(domain);
  if (method_ == VarianceMethod::kLinearization) {
    return Variance(total.influence) + LastStageVariance(domain, 0, 1);
  }
  const std::vector<Sums> replicated = Replicated(domain);
  double variance = 0;
  for (size_t i = 0; i < replicated.size(); ++i) {
    const double off = replicated[i].sum - total.value;
    variance += replicates_[i].scale * off * off;
  }
  return variance;
}

std::optional<double> Estimator::RatioVariance(DomainView domain) const {
  return DifferenceVariance({}, domain);
}

std::optional<double> Estimator::DifferenceVariance(DomainView former, DomainView later) const {
  const std::optional<Linearized> after = Ratio(later);
  const std::optional<Linearized> before =
      former.empty() ? std::optional(Linearized()) : Ratio(former);
  if (!after.has_value() || !before.has_value()) return std::nullopt;
  if (method_ == VarianceMethod::kLinearization) {
    // Whoever is in both domains is taken for two.
    return Variance(Subtract(after->influence, before->influence)) +
           LastStageVariance(later, after->value, CountOf(later)) +
           LastStageVariance(former, before->value, CountOf(former));
  }
  const std::vector<Sums> afters = Replicated(later);
  const std::vector<Sums> befores = Replicated(former);
  const double all_after = CountOf(later), all_before = CountOf(former);
  double variance = 0;
  for (size_t i = 0; i < replicates_.size(); ++i) {
    if (IsGone(afters[i].count, all_after) ||
        (!former.empty() && IsGone(befores[i].count, all_before))) {
      return std::nullopt;
    }
    const double ratio =
        afters[i].sum / afters[i].count - (former.empty() ? 0 : befores[i].sum / befores[i].count);
    const double off = ratio - (after->value - before->value);
    variance += replicates_[i].scale * off * off;
  }
  return variance;
}

std::optional<double> Estimator::DesignEffect(DomainView domain, double mean,
                                              double variance) const {
  Spread spread;
  for (const Observation& unit : domain) {
    const double weight = WeightOf(unit);
    spread.n += unit.count;
    spread.population += weight * unit.count;
    spread.squares += weight * SquaresAbout(mean, unit);
  }
  return spread.DesignEffect(variance);
}

Influence Subtract(const Influence& later, const Influence& former) {
  Influence difference;
  difference.reserve(later.size() + former.size());
  size_t i = 0, j = 0;
  while (i < later.size() || j < former.size()) {
    if (j == former.size() || (i < later.size() && later[i].row < former[j].row)) {
      difference.push_back(later[i++]);
    } else if (i == later.size() || former[j].row < later[i].row) {
      difference.push_back({former[j].row, -former[j].value});
      ++j;
    } else {
      difference.push_back({later[i].row, later[i].value - former[j].value});
      ++i;
      ++j;
    }
  }
  return difference;
}

}  // namespace vg::indicators::estimation
