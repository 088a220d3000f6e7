#include "services/indicators/domain/estimation/quantile.h"

#include <cmath>

namespace vg::indicators::estimation {
namespace {

// Shares closer than this are the same: weights are sums of fractions.
constexpr double kSame = 1e-12;

// The place of the least value that a share `p` is not above.
size_t PlaceOf(std::span<const double> shares, double p) {
  size_t place = 0;
  while (place + 1 < shares.size() && shares[place] < p - kSame) ++place;
  return place;
}

}  // namespace

std::optional<QuantileEstimate> Quantile(const Estimator& estimator, DomainView domain,
                                         std::span<const ValueCounts> values, double p,
                                         const Confidence& confidence) {
  std::vector<double> shares;  // Of records at or below each value.
  double below = 0;
  for (const ValueCounts& value : values) {
    for (size_t i = 0; i < domain.size(); ++i) {
      below += estimator.weights()[static_cast<size_t>(domain[i].row)] * domain[i].expansion *
               value.counts[i];
    }
    shares.push_back(below);
  }
  if (!(below > 0)) return std::nullopt;
  for (double& share : shares) share /= below;

  const size_t place = PlaceOf(shares, p);
  QuantileEstimate estimate{.value = values[place].value};
  Domain at_or_below(domain.begin(), domain.end());
  for (size_t i = 0; i < domain.size(); ++i) {
    double count = 0;
    for (size_t value = 0; value <= place; ++value) count += values[value].counts[i];
    at_or_below[i].sum = at_or_below[i].squares = at_or_below[i].cross = count;
  }
  const std::optional<double> variance = estimator.RatioVariance(at_or_below);
  if (!variance.has_value()) return estimate;
  const std::optional<Interval> share = Symmetric(shares[place], std::sqrt(*variance), confidence);
  if (!share.has_value()) return estimate;
  if (share->lower >= 0) estimate.lower = values[PlaceOf(shares, share->lower)].value;
  if (share->upper <= 1 + kSame) estimate.upper = values[PlaceOf(shares, share->upper)].value;
  if (estimate.lower.has_value() && estimate.upper.has_value()) {
    const std::optional<double> critical = CriticalValue(confidence);
    estimate.standard_error = (*estimate.upper - *estimate.lower) / (2 * *critical);
  }
  return estimate;
}

}  // namespace vg::indicators::estimation
