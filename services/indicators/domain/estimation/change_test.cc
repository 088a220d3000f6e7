#include "services/indicators/domain/estimation/change.h"

#include <random>

#include <gmock/gmock.h>

#include "common/testing/status_matchers.h"
#include "services/indicators/domain/estimation/test_reference.h"

namespace vg::indicators::estimation {
namespace {

Estimator MakeEstimator(std::vector<SampledUnit> units) {
  absl::StatusOr<Design> design = Design::Make(std::move(units), LonelyStratum::kFail);
  EXPECT_THAT(design, IsOk());
  absl::StatusOr<Estimator> made =
      Estimator::Make(*std::move(design), std::nullopt, VarianceMethod::kLinearization);
  EXPECT_THAT(made, IsOk());
  return *std::move(made);
}

double VarianceOfChange(const Estimator& first, const Domain& before, const Estimator& second,
                        const Domain& after) {
  return *first.RatioVariance(before) + *second.RatioVariance(after) -
         2 * Covariance(first, first.Ratio(before)->influence, second,
                        second.Ratio(after)->influence);
}

TEST(ChangeTest, OfTheSameUnitsAgreesWithR) {
  const nlohmann::json& panel = Reference().at("panel");
  const Case given(panel);
  const Estimator estimator = MakeEstimator(given.units);
  const Domain before = given.Of(estimator.design(), "y");
  Domain after;
  for (size_t i = 0; i < given.units.size(); ++i) {
    after.push_back(
        {estimator.design().Find(given.units[i].id), panel.at("again").at(i).get<double>(), 1, 0});
  }
  std::sort(after.begin(), after.end(), [](const auto& a, const auto& b) { return a.row < b.row; });
  const nlohmann::json& expected = panel.at("change");
  ExpectDigits(estimator.Ratio(after)->value - estimator.Ratio(before)->value, expected.at("value"),
               "change");
  ExpectDigits(std::sqrt(VarianceOfChange(estimator, before, estimator, after)), expected.at("se"),
               "SE of change");
  ExpectDigits(*estimator.DifferenceVariance(before, after),
               VarianceOfChange(estimator, before, estimator, after), "over one design");
}

TEST(ChangeTest, OfOtherUnitsHasNoCovariance) {
  std::vector<SampledUnit> one, other;
  Domain domain;
  for (int i = 0; i < 10; ++i) {
    one.push_back({"a" + std::to_string(i), "", {}, 3});
    other.push_back({"b" + std::to_string(i), "", {}, 3});
    domain.push_back({i, static_cast<double>(i % 4), 1, 0});
  }
  const Estimator first = MakeEstimator(one), second = MakeEstimator(other);
  EXPECT_EQ(
      Covariance(first, first.Ratio(domain)->influence, second, second.Ratio(domain)->influence),
      0);
}

// Draws two samples of 60 out of 150 units whose values are much alike in both waves. The first
// `kept` of the later sample are of the earlier one.
struct TwoWaves {
  TwoWaves(std::mt19937& random, int kept) {
    std::vector<double> values(150), laters(150);
    std::vector<int> order(150);
    for (int i = 0; i < 150; ++i) {
      values[static_cast<size_t>(i)] = static_cast<double>((i * 37) % 101);
      laters[static_cast<size_t>(i)] =
          values[static_cast<size_t>(i)] + static_cast<double>((i * 53) % 17);
      order[static_cast<size_t>(i)] = i;
    }
    std::shuffle(order.begin(), order.end(), random);
    std::vector<int> first(order.begin(), order.begin() + 60), second;
    if (kept < 0) {
      std::shuffle(order.begin(), order.end(), random);
      second.assign(order.begin(), order.begin() + 60);
    } else {
      second.assign(order.begin(), order.begin() + kept);
      second.insert(second.end(), order.begin() + 60, order.begin() + 120 - kept);
    }
    const auto sample = [](const std::vector<int>& drawn) {
      std::vector<SampledUnit> units;
      for (const int i : drawn) units.push_back({std::to_string(1000 + i), "", {{"", 150}}, 2.5});
      return MakeEstimator(std::move(units));
    };
    const Estimator before = sample(first), after = sample(second);
    const auto domain = [](const Estimator& estimator, const std::vector<double>& of) {
      Domain made;
      for (int row = 0; row < estimator.design().size(); ++row) {
        const auto i = static_cast<size_t>(std::stoi(estimator.design().unit(row).id) - 1000);
        made.push_back({row, of[i], 1, 0});
      }
      return made;
    };
    const Domain earlier = domain(before, values), later = domain(after, laters);
    change = after.Ratio(later)->value - before.Ratio(earlier)->value;
    variance = VarianceOfChange(before, earlier, after, later);
  }
  double change = 0, variance = 0;
};

// Over many samples the estimated variance is on average what the changes really vary by: with the
// same units, with half of them, and with samples drawn anew each time.
TEST(ChangeTest, IsOnAverageWhatChangesVaryBy) {
  for (const int kept : {60, 30, -1}) {
    std::mt19937 random(17);
    constexpr int kSamples = 1500;
    double sum = 0, squares = 0, estimated = 0;
    for (int i = 0; i < kSamples; ++i) {
      const TwoWaves waves(random, kept);
      EXPECT_GE(waves.variance, 0);
      sum += waves.change;
      squares += waves.change * waves.change;
      estimated += waves.variance;
    }
    const double mean = sum / kSamples;
    const double real = squares / kSamples - mean * mean;
    EXPECT_NEAR(estimated / kSamples / real, 1, 0.1) << "kept " << kept;
  }
}

}  // namespace
}  // namespace vg::indicators::estimation
