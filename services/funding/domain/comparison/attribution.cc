#include "services/funding/domain/comparison/attribution.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <utility>

namespace vg::funding {
namespace {

std::vector<Exact> InEveryOrder(size_t factors, Mixture mixture) {
  const size_t sets = size_t{1} << factors;
  std::vector<Exact> amounts(sets);
  std::vector<bool> after(factors);
  for (size_t set = 0; set < sets; ++set) {
    for (size_t i = 0; i < factors; ++i) after[i] = (set >> i & 1) != 0;
    amounts[set] = mixture(after);
  }
  // weight[k] = k! (n - k - 1)! / n!, of a set of k factors that changed before.
  std::vector<int64_t> factorial(factors + 1, 1);
  for (size_t i = 1; i <= factors; ++i) factorial[i] = factorial[i - 1] * static_cast<int64_t>(i);
  std::vector<Exact> parts(factors);
  for (size_t set = 0; set < sets; ++set) {
    const auto size = static_cast<size_t>(std::popcount(set));
    if (size == factors) continue;
    const Exact weight =
        Exact(factorial[size] * factorial[factors - size - 1]) / factorial[factors];
    for (size_t i = 0; i < factors; ++i) {
      if ((set >> i & 1) != 0) continue;
      parts[i] += weight * (amounts[set | size_t{1} << i] - amounts[set]);
    }
  }
  return parts;
}

std::vector<Exact> InTwoOrders(size_t factors, Mixture mixture) {
  std::vector<Exact> parts(factors);
  for (const bool forwards : {true, false}) {
    std::vector<bool> after(factors);
    Exact amount = mixture(after);
    for (size_t step = 0; step < factors; ++step) {
      const size_t factor = forwards ? step : factors - 1 - step;
      after[factor] = true;
      Exact next = mixture(after);
      parts[factor] += (next - amount) / 2;
      amount = std::move(next);
    }
  }
  return parts;
}

}  // namespace

std::vector<Exact> Attribute(size_t factors, Mixture mixture) {
  return factors <= kMostFactorsInEveryOrder ? InEveryOrder(factors, mixture)
                                             : InTwoOrders(factors, mixture);
}

std::vector<int64_t> InCents(std::span<const Exact> parts, int64_t total) {
  std::vector<int64_t> cents(parts.size());
  std::vector<Exact> remainders(parts.size());
  int64_t left = total;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Exact scaled = parts[i] * 100;
    const Exact whole = scaled.Round(0, Rounding::kDown);
    // A part of a difference of amounts that fit may be larger than they are, but not by so much.
    cents[i] = whole.ToInt64().value_or(0);
    remainders[i] = scaled - cents[i];
    left -= cents[i];
  }
  std::vector<size_t> order(parts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) {
    return left > 0 ? remainders[a] > remainders[b] : remainders[a] < remainders[b];
  });
  for (size_t i = 0; left != 0 && !order.empty(); i = (i + 1) % order.size()) {
    const int64_t step = left > 0 ? 1 : -1;
    cents[order[i]] += step;
    left -= step;
  }
  return cents;
}

}  // namespace vg::funding
