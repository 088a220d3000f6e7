#include "services/indicators/domain/disclosure/perturbation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"

namespace vg::indicators::disclosure {
namespace {

constexpr double kClose = 1e-12;

struct Moments {
  double mean = 0, second = 0, third = 0, fourth = 0;
};

// Probabilities in proportion to exp(a v + b v²) and their moments.
Moments Exponential(const std::vector<int>& support, double a, double b,
                    std::vector<double>& chances) {
  double most = -1e300, sum = 0;
  for (size_t i = 0; i < support.size(); ++i) {
    const double v = support[i];
    chances[i] = a * v + b * v * v;
    most = std::max(most, chances[i]);
  }
  for (double& chance : chances) sum += chance = std::exp(chance - most);
  Moments moments;
  for (size_t i = 0; i < support.size(); ++i) {
    const double v = support[i];
    const double chance = chances[i] /= sum;
    moments.mean += chance * v;
    moments.second += chance * v * v;
    moments.third += chance * v * v * v;
    moments.fourth += chance * v * v * v * v;
  }
  return moments;
}

// All on two values around 0, whose variance is -low × high.
std::vector<double> OnTwo(const std::vector<int>& support, int low, int high) {
  std::vector<double> chances(support.size(), 0);
  for (size_t i = 0; i < support.size(); ++i) {
    if (support[i] == low) chances[i] = static_cast<double>(high) / (high - low);
    if (support[i] == high) chances[i] = static_cast<double>(-low) / (high - low);
  }
  return chances;
}

// Of the largest entropy with mean 0 and the variance, by Newton's method on the dual.
std::optional<std::vector<double>> MostRandom(const std::vector<int>& support, double variance) {
  int below = -1000, above = 1000;
  bool zero = false;
  for (const int v : support) {
    if (v < 0) below = std::max(below, v);
    if (v > 0) above = std::min(above, v);
    zero = zero || v == 0;
  }
  if (below == -1000 || above == 1000) return std::nullopt;
  const int low = support.front(), high = support.back();
  const double most = -1.0 * low * high;
  const double least = zero ? 0 : -1.0 * below * above;
  if (variance > most + kClose || variance < least - kClose) return std::nullopt;
  if (variance > most - kClose) return OnTwo(support, low, high);
  if (!zero && variance < least + kClose) return OnTwo(support, below, above);
  std::vector<double> chances(support.size(), 0);
  double a = 0, b = 0;
  Moments now = Exponential(support, a, b, chances);
  const auto off = [variance](const Moments& moments) {
    return std::abs(moments.mean) + std::abs(moments.second - variance);
  };
  for (int round = 0; round < 500 && off(now) > 1e-13; ++round) {
    // Of mean and second moment by a and b.
    const double aa = now.second - now.mean * now.mean;
    const double ab = now.third - now.mean * now.second;
    const double bb = now.fourth - now.second * now.second;
    const double determinant = aa * bb - ab * ab;
    if (!(std::abs(determinant) > 1e-300)) break;
    const double mean = -now.mean, second = variance - now.second;
    const double step_a = (bb * mean - ab * second) / determinant;
    const double step_b = (aa * second - ab * mean) / determinant;
    double length = 1;
    Moments next;
    for (; length > 1e-9; length /= 2) {
      next = Exponential(support, a + length * step_a, b + length * step_b, chances);
      if (off(next) < off(now)) break;
    }
    if (length <= 1e-9) break;
    a += length * step_a;
    b += length * step_b;
    now = next;
  }
  now = Exponential(support, a, b, chances);
  if (off(now) > 1e-9) return std::nullopt;
  return chances;
}

}  // namespace

double CellFraction(uint64_t sum_of_unit_keys) {
  return static_cast<double>(sum_of_unit_keys >> 11) * 0x1p-53;
}

int64_t RoundConventionally(int64_t count, int64_t base) {
  const int64_t down = count / base * base, rest = count % base;
  if (2 * rest < base) return down;
  if (2 * rest > base) return down + base;
  return count / base % 2 == 0 ? down : down + base;
}

int64_t RoundByChance(int64_t count, int64_t base, double fraction) {
  const int64_t down = count / base * base;
  const double up = static_cast<double>(count % base) / static_cast<double>(base);
  return fraction < up ? down + base : down;
}

std::vector<int64_t> RoundControlled(const std::vector<int64_t>& counts, int64_t base) {
  const int64_t total = std::accumulate(counts.begin(), counts.end(), int64_t{0});
  std::vector<int64_t> rounded;
  std::vector<size_t> order(counts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  int64_t missing = RoundConventionally(total, base);
  for (const int64_t count : counts) {
    rounded.push_back(count / base * base);
    missing -= rounded.back();
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return counts[a] % base > counts[b] % base; });
  for (const size_t place : order) {
    if (missing <= 0) break;
    rounded[place] += base;
    missing -= base;
  }
  return rounded;
}

absl::StatusOr<std::vector<NoiseChance>> MakeNoiseTable(const CellKeyRule& rule) {
  std::vector<NoiseChance> table;
  for (int count = 1; count <= rule.largest + rule.no_result_up_to + 1; ++count) {
    std::vector<int> support;
    for (int noise = -rule.largest; noise <= rule.largest; ++noise) {
      const int result = count + noise;
      if (result == 0 || result > rule.no_result_up_to) support.push_back(noise);
    }
    const auto chances = MostRandom(support, rule.variance);
    if (!chances.has_value()) {
      return InvalidField("policy.cell_key", "NOISE_INFEASIBLE",
                          absl::StrCat("a count of ", count,
                                       " cannot have noise of mean 0 and this variance within the "
                                       "largest noise and the results allowed"));
    }
    for (size_t i = 0; i < support.size(); ++i) {
      table.push_back({count, support[i], (*chances)[i]});
    }
  }
  return table;
}

int64_t AddNoise(const CellKeyRule& rule, int64_t count, double fraction) {
  if (count <= 0 || rule.table.empty()) return count;
  const int64_t row = std::min<int64_t>(count, rule.table.back().count);
  double passed = 0;
  int64_t noise = 0;
  for (const NoiseChance& each : rule.table) {
    if (each.count != row) continue;
    noise = each.noise;
    passed += each.probability;
    if (fraction < passed) break;
  }
  return count + noise;
}

}  // namespace vg::indicators::disclosure
