#include "services/indicators/domain/disclosure/perturbation.h"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::indicators::disclosure {
namespace {

using testing::ElementsAre;

CellKeyRule Rule(int largest, double variance, int no_result_up_to) {
  CellKeyRule rule{.largest = largest, .variance = variance, .no_result_up_to = no_result_up_to};
  const auto table = MakeNoiseTable(rule);
  EXPECT_THAT(table, IsOk());
  rule.table = *table;
  return rule;
}

TEST(MakeNoiseTableTest, AgreesWithThePublishedTable) {
  std::map<int, double> of_one;
  for (const NoiseChance& each : Rule(2, 1.08, 1).table) {
    if (each.count == 1) of_one[each.noise] = each.probability;
  }
  EXPECT_NEAR(of_one[-1], 77.0 / 150, 1e-9);
  EXPECT_NEAR(of_one[1], 23.0 / 50, 1e-9);
  EXPECT_NEAR(of_one[2], 2.0 / 75, 1e-9);
  EXPECT_EQ(of_one.count(0), 0u);
}

TEST(MakeNoiseTableTest, NoiseHasItsMomentsAndKeepsItsBounds) {
  for (const auto& [largest, variance, js] :
       {std::tuple(3, 1.5, 0), {5, 3.0, 2}, {10, 4.0, 0}, {4, 2.0, 1}}) {
    struct Sums {
      double chance = 0, mean = 0, variance = 0;
    };
    std::map<int, Sums> by_count;
    for (const NoiseChance& each : Rule(largest, variance, js).table) {
      Sums& sums = by_count[each.count];
      sums.chance += each.probability;
      sums.mean += each.probability * each.noise;
      sums.variance += each.probability * each.noise * each.noise;
      EXPECT_LE(std::abs(each.noise), largest);
      const int result = each.count + each.noise;
      EXPECT_TRUE(result == 0 || result > js) << each.count << " to " << result;
    }
    for (const auto& [count, sums] : by_count) {
      EXPECT_NEAR(sums.chance, 1, 1e-12) << count;
      EXPECT_NEAR(sums.mean, 0, 1e-9) << count;
      EXPECT_NEAR(sums.variance, variance, 1e-9) << count;
    }
  }
}

TEST(MakeNoiseTableTest, RefusesWhatCannotBe) {
  // With no result of 1 to 3, a count of 1 moves by 1 or by 3 and more.
  EXPECT_THAT(MakeNoiseTable({.largest = 3, .variance = 0.5, .no_result_up_to = 3}),
              HasReason("NOISE_INFEASIBLE"));
  EXPECT_THAT(MakeNoiseTable({.largest = 2, .variance = 9}), HasReason("NOISE_INFEASIBLE"));
}

TEST(AddNoiseTest, TheSameCellHasTheSameNoiseAndNoughtHasNone) {
  const CellKeyRule rule = Rule(5, 3, 2);
  EXPECT_EQ(AddNoise(rule, 0, 0.3), 0);
  EXPECT_EQ(AddNoise(rule, 40, 0.3), AddNoise(rule, 40, 0.3));
  double sum = 0;
  constexpr int kDraws = 10'000;
  for (int i = 0; i < kDraws; ++i) {
    const int64_t noisy = AddNoise(rule, 7, (i + 0.5) / kDraws);
    EXPECT_TRUE(noisy == 0 || noisy > 2);
    EXPECT_LE(std::abs(noisy - 7), 5);
    sum += static_cast<double>(noisy - 7);
  }
  EXPECT_NEAR(sum / kDraws, 0, 1e-3);
}

TEST(RoundTest, ConventionallyToTheNearestAndHalfToEven) {
  EXPECT_EQ(RoundConventionally(12, 5), 10);
  EXPECT_EQ(RoundConventionally(13, 5), 15);
  EXPECT_EQ(RoundConventionally(5, 10), 0);
  EXPECT_EQ(RoundConventionally(15, 10), 20);
  EXPECT_EQ(RoundConventionally(20, 10), 20);
}

TEST(RoundTest, ByChanceIsRightOnAverage) {
  double sum = 0;
  constexpr int kDraws = 1'000;
  for (int i = 0; i < kDraws; ++i) {
    sum += static_cast<double>(RoundByChance(13, 5, (i + 0.5) / kDraws));
  }
  EXPECT_NEAR(sum / kDraws, 13, 1e-9);
  EXPECT_EQ(RoundByChance(15, 5, 0), 15);
}

TEST(RoundTest, ControlledAddsUp) {
  EXPECT_THAT(RoundControlled({3, 4, 6, 9}, 5), ElementsAre(0, 5, 5, 10));
  EXPECT_THAT(RoundControlled({1, 1, 1, 1}, 5), ElementsAre(5, 0, 0, 0));
  for (int64_t seed = 1; seed < 200; ++seed) {
    std::vector<int64_t> counts;
    int64_t total = 0, rounded = 0;
    for (int64_t i = 0; i < 7; ++i) {
      counts.push_back(seed * (i + 3) * 7919 % 23);
      total += counts.back();
    }
    const std::vector<int64_t> result = RoundControlled(counts, 5);
    for (size_t i = 0; i < result.size(); ++i) {
      rounded += result[i];
      EXPECT_EQ(result[i] % 5, 0);
      EXPECT_LT(std::abs(result[i] - counts[i]), 5);
    }
    EXPECT_EQ(rounded, RoundConventionally(total, 5));
  }
}

}  // namespace
}  // namespace vg::indicators::disclosure
