#include "common/numeric/apportion.h"

#include <algorithm>
#include <numeric>

#include "common/status/error.h"

namespace vg {

absl::StatusOr<std::vector<int64_t>> Apportion(int64_t total, std::span<const Exact> weights) {
  Exact all;
  for (const Exact& weight : weights) {
    if (weight.Sign() < 0) {
      return Error(absl::StatusCode::kInvalidArgument, "NEGATIVE_WEIGHT",
                   "a weight is " + weight.ToText() + "; it must not be negative");
    }
    all += weight;
  }
  if (all.IsZero()) {
    return Error(absl::StatusCode::kInvalidArgument, "NO_WEIGHT",
                 "the weights add up to zero; at least one must be greater");
  }

  // On magnitudes, so that a total and its opposite are divided alike.
  const Exact magnitude = Exact(total).Abs();
  std::vector<Exact> parts;
  std::vector<Exact> remainders;
  parts.reserve(weights.size());
  remainders.reserve(weights.size());
  Exact left = magnitude;
  for (const Exact& weight : weights) {
    const Exact share = magnitude * weight / all;
    parts.push_back(share.Round(0, Rounding::kFloor));
    remainders.push_back(share - parts.back());
    left -= parts.back();
  }
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; left.Sign() > 0; ++i, left -= 1) parts[order[i]] += 1;

  std::vector<int64_t> result;
  result.reserve(parts.size());
  for (const Exact& part : parts) result.push_back(*(total < 0 ? -part : part).ToInt64());
  return result;
}

}  // namespace vg
