#include "tests/bench/funding_baseline.h"

#include <algorithm>
#include <cmath>

namespace vg::bench {
namespace {

using funding::SchoolType;

double Cents(double amount) { return std::round(amount * 100.0) / 100.0; }

double Pupils(const Country& country, SchoolType type, size_t i) {
  return static_cast<double>(country.pupils[static_cast<size_t>(type)][i]);
}

double Total(const Country& country, size_t i) {
  double total = 0;
  for (const auto& column : country.pupils) total += static_cast<double>(column[i]);
  return total;
}

double BaseAmount(const Country& country, size_t i) {
  double amount = Cents(701.16 * Pupils(country, SchoolType::kBo, i));
  amount += Cents(1051.74 * Pupils(country, SchoolType::kSbo, i));
  amount +=
      Cents(1402.31 * (Pupils(country, SchoolType::kSo, i) + Pupils(country, SchoolType::kVso, i)));
  amount += Cents(701.16 * Pupils(country, SchoolType::kVo, i));
  amount += Cents(1051.74 * Pupils(country, SchoolType::kPro, i));
  amount += Cents(1051.74 * Pupils(country, SchoolType::kVboUpper, i));
  const double score = static_cast<double>(country.score_hundredths[i]) / 100.0;
  if (country.kind[i] == 0) amount += Cents(251.16 * score);
  if (country.kind[i] == 3) amount += Cents(1038.16 * score);
  if (country.cumi[i] > 4) amount += Cents(548.56 * static_cast<double>(country.cumi[i] - 4));
  return amount;
}

double SupplementOf(const Country& country, size_t i) {
  const double pupils = Total(country, i);
  switch (country.kind[i]) {
    case 0:
      return Cents(523.80 * pupils + (pupils < 145 ? 17333.45 - 119.96 * pupils : 0.0));
    case 1:
      return Cents(1054.18 * pupils);
    case 2:
      return Cents(2215.12 * pupils);
    default:
      return Cents((Pupils(country, SchoolType::kPro, i) == pupils ? 748.67 : 607.17) * pupils);
  }
}

// For each kind the lowest value among the highest 15 %.
void Supplement(const Country& country, std::vector<double>& amounts) {
  std::vector<double> relative(country.schools());
  std::vector<double> ranked[4];
  for (size_t i = 0; i < country.schools(); ++i) {
    const bool by_cumi = country.kind[i] == 1 || country.kind[i] == 2;
    relative[i] = (by_cumi ? static_cast<double>(country.cumi[i])
                           : static_cast<double>(country.score_hundredths[i]) / 100.0) /
                  Total(country, i);
    ranked[country.kind[i]].push_back(relative[i]);
  }
  double threshold[4] = {0, 0, 0, 0};
  for (int kind = 0; kind < 4; ++kind) {
    if (ranked[kind].empty()) continue;
    std::sort(ranked[kind].begin(), ranked[kind].end(), std::greater<>());
    const double places = std::ceil(0.15 * static_cast<double>(ranked[kind].size()));
    threshold[kind] = ranked[kind][static_cast<size_t>(places) - 1];
  }
  for (size_t i = 0; i < country.schools(); ++i) {
    amounts[i] = relative[i] >= threshold[country.kind[i]] ? SupplementOf(country, i) : 0.0;
  }
}

}  // namespace

Baseline ComputeBaseline(const Country& country) {
  Baseline baseline;
  baseline.base.resize(country.schools());
  baseline.supplement.resize(country.schools());
  baseline.municipalities.resize(country.municipalities());
  std::vector<double> pupils(country.municipalities());
  for (size_t i = 0; i < country.schools(); ++i) {
    baseline.base[i] = BaseAmount(country, i);
    pupils[static_cast<size_t>(country.municipality[i])] += Total(country, i);
  }
  Supplement(country, baseline.supplement);
  for (size_t i = 0; i < country.municipalities(); ++i) {
    const double score = static_cast<double>(country.municipal_score_hundredths[i]) / 100.0;
    baseline.municipalities[i] = Cents(118.11 * pupils[i]) + Cents(22.64 * std::max(0.0, score));
  }
  return baseline;
}

}  // namespace vg::bench
