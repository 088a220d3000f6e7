#include "services/indicators/domain/disclosure/sensitivity.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <vector>

namespace vg::indicators::disclosure {
namespace {

bool AllAlike(MeasureKind kind, const GroupTotals& totals) {
  const int64_t n = totals.records();
  const Sums& base = totals.base;
  switch (kind) {
    case MeasureKind::kProportion:
      return base.sum == n || base.sum == 0;
    case MeasureKind::kCount:
      return false;
    case MeasureKind::kMean:
    case MeasureKind::kTotal:
    case MeasureKind::kRatio:
      // No spread. Sums of so few records do not run over.
      return n * base.squares == base.sum * base.sum;
    case MeasureKind::kDistribution:
    case MeasureKind::kRankingShare:
    case MeasureKind::kQuantiles:
      // Of an option that nobody chose nothing is learnt that a short list would not say.
      return std::any_of(totals.of_category.begin(), totals.of_category.end(),
                         [n](const Sums& category) { return category.sum == n; });
  }
  return true;
}

// The largest first.
std::vector<double> Contributions(const GroupTotals& totals) {
  std::vector<double> sizes;
  for (const auto& [holder, size] : totals.by_holder) sizes.push_back(size);
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  return sizes;
}

double SumOf(const std::vector<double>& sizes, size_t first, size_t last) {
  last = std::min(last, sizes.size());
  first = std::min(first, last);
  return std::accumulate(sizes.begin() + static_cast<std::ptrdiff_t>(first),
                         sizes.begin() + static_cast<std::ptrdiff_t>(last), 0.0);
}

}  // namespace

Sums& GroupTotals::At(size_t category) {
  if (category >= of_category.size()) of_category.resize(category + 1);
  return of_category[category];
}

void GroupTotals::Add(const GroupTotals& other) {
  base += other.base;
  for (size_t i = 0; i < other.of_category.size(); ++i) At(i) += other.of_category[i];
  units += other.units;
  for (const auto& [holder, size] : other.by_holder) by_holder[holder] += size;
}

double RoomForDominance(const Policy& policy, const GroupTotals& totals) {
  const std::vector<double> sizes = Contributions(totals);
  const double total = SumOf(sizes, 0, sizes.size());
  double room = 0;
  if (total <= 0) return room;
  if (policy.dominance.has_value()) {
    const double largest = SumOf(sizes, 0, static_cast<size_t>(policy.dominance->largest));
    room = std::max(room, largest / policy.dominance->share - total);
  }
  if (policy.p_percent.has_value()) {
    room = std::max(room, *policy.p_percent / 100 * sizes[0] - SumOf(sizes, 2, sizes.size()));
  }
  return room;
}

Reason SensitivityOf(const Policy& policy, MeasureKind kind, const GroupTotals& totals) {
  const int64_t n = totals.records();
  if (n == 0) return policy.hide_zeros ? Reason::kFrequency : Reason::kNone;
  if (n < policy.minimum_records || totals.units < policy.minimum_units) return Reason::kFrequency;
  if (n < 2 * policy.minimum_records && AllAlike(kind, totals)) return Reason::kFrequency;
  return RoomForDominance(policy, totals) > 0 ? Reason::kDominance : Reason::kNone;
}

}  // namespace vg::indicators::disclosure
