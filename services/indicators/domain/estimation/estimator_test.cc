#include "services/indicators/domain/estimation/estimator.h"

#include <random>

#include <gmock/gmock.h>

#include "common/testing/status_matchers.h"
#include "services/indicators/domain/estimation/interval.h"
#include "services/indicators/domain/estimation/test_reference.h"

namespace vg::indicators::estimation {
namespace {

using nlohmann::json;

Estimator MakeEstimator(Design design, VarianceMethod method = VarianceMethod::kLinearization) {
  absl::StatusOr<Estimator> made = Estimator::Make(std::move(design), std::nullopt, method);
  EXPECT_THAT(made, IsOk());
  return *std::move(made);
}

void ExpectRatio(const Estimator& estimator, const Domain& domain, const json& expected,
                 const std::string& what) {
  const std::optional<Linearized> ratio = estimator.Ratio(domain);
  ASSERT_TRUE(ratio.has_value()) << what;
  ExpectDigits(ratio->value, expected.at("value"), what);
  const std::optional<double> variance = estimator.RatioVariance(domain);
  ASSERT_TRUE(variance.has_value()) << what;
  ExpectDigits(std::sqrt(*variance), expected.at("se"), what + " SE");
}

void ExpectTotal(const Estimator& estimator, const Domain& domain, const json& expected,
                 const std::string& what) {
  ExpectDigits(estimator.Total(domain).value, expected.at("value"), what);
  ExpectDigits(std::sqrt(estimator.TotalVariance(domain)), expected.at("se"), what + " SE");
}

class EveryDesign : public testing::TestWithParam<const char*> {};

TEST_P(EveryDesign, AgreesWithRByLinearization) {
  const Case given(Reference().at(GetParam()));
  const json& expected = given.json.at("linearised");
  const Estimator estimator = MakeEstimator(given.MakeDesign());
  const Design& design = estimator.design();
  const Domain y = given.Of(design, "y");
  ExpectRatio(estimator, y, expected.at("mean"), "mean");
  ExpectTotal(estimator, y, expected.at("total"), "total");
  ExpectRatio(estimator, given.Of(design, "b"), expected.at("proportion"), "proportion");
  ExpectRatio(estimator, given.Of(design, "y", {}, "x"), expected.at("ratio"), "ratio");
  EXPECT_EQ(design.degrees_of_freedom(), expected.at("degrees_of_freedom"));
  const std::optional<double> effect =
      estimator.DesignEffect(y, estimator.Ratio(y)->value, *estimator.RatioVariance(y));
  ASSERT_TRUE(effect.has_value());
  ExpectDigits(*effect, expected.at("deff"), "design effect");
  for (const auto& [group, mean] : expected.at("domain_means").items()) {
    ExpectRatio(estimator, given.Of(design, "y", Case::Group(group)), mean, "mean of " + group);
    ExpectTotal(estimator, given.Of(design, "y", Case::Group(group)),
                expected.at("domain_totals").at(group), "total of " + group);
  }
  for (const json& cell : expected.at("crossed_means")) {
    const Domain crossed = given.Of(design, "y", [&](const json& row) {
      return row.at("g") == cell.at("g") && row.at("k") == cell.at("k");
    });
    ExpectRatio(estimator, crossed, cell, "mean of a crossing");
  }
  const json& difference = expected.at("difference_b_a");
  const Domain a = given.Of(design, "y", Case::Group("a"));
  const Domain b = given.Of(design, "y", Case::Group("b"));
  ExpectDigits(estimator.Ratio(b)->value - estimator.Ratio(a)->value, difference.at("value"),
               "difference");
  ExpectDigits(std::sqrt(*estimator.DifferenceVariance(a, b)), difference.at("se"),
               "difference SE");
}

TEST_P(EveryDesign, AgreesWithRByJackknife) {
  const Case given(Reference().at(GetParam()));
  const json& expected = given.json.at("jackknife");
  const Estimator estimator = MakeEstimator(given.MakeDesign(), VarianceMethod::kJackknife);
  const Design& design = estimator.design();
  ExpectRatio(estimator, given.Of(design, "y"), expected.at("mean"), "mean");
  ExpectTotal(estimator, given.Of(design, "y"), expected.at("total"), "total");
  ExpectRatio(estimator, given.Of(design, "y", {}, "x"), expected.at("ratio"), "ratio");
  for (const auto& [group, mean] : expected.at("domain_means").items()) {
    ExpectRatio(estimator, given.Of(design, "y", Case::Group(group)), mean, "mean of " + group);
  }
}

TEST_P(EveryDesign, AgreesWithRInItsIntervals) {
  const Case given(Reference().at(GetParam()));
  const json& expected = given.json.at("intervals");
  const Estimator estimator = MakeEstimator(given.MakeDesign());
  const Design& design = estimator.design();
  const auto expect = [](const std::optional<Interval>& interval, const json& ends,
                         const std::string& what) {
    ASSERT_TRUE(interval.has_value()) << what;
    ExpectDigits(interval->lower, ends.at(0), what + ", lower end");
    ExpectDigits(interval->upper, ends.at(1), what + ", upper end");
  };
  const Domain y = given.Of(design, "y"), b = given.Of(design, "b");
  Confidence confidence{.degrees_of_freedom = design.degrees_of_freedom()};
  const double mean = estimator.Ratio(y)->value;
  const double se = std::sqrt(*estimator.RatioVariance(y));
  expect(Symmetric(mean, se, confidence), expected.at("t"), "t");
  const double share = estimator.Ratio(b)->value;
  const double share_se = std::sqrt(*estimator.RatioVariance(b));
  expect(Logit(share, share_se, confidence), expected.at("logit"), "logit");
  expect(Beta(share, share_se, design.size(), design.size(), confidence), expected.at("beta"),
         "beta");
  confidence.level = 0.9;
  expect(Symmetric(mean, se, confidence), expected.at("t_90"), "t, 90%");
  confidence = {.critical = Critical::kNormal};
  expect(Symmetric(mean, se, confidence), expected.at("normal"), "normal");
}

INSTANTIATE_TEST_SUITE_P(Reference, EveryDesign,
                         testing::Values("simple_without_fpc", "simple", "stratified",
                                         "stratified_without_fpc", "clusters",
                                         "clusters_without_fpc", "two_stages"),
                         [](const auto& info) { return std::string(info.param); });

// The toy of eight units that R's documentation and its ports share.
struct Toy {
  explicit Toy(bool with_population) {
    const std::vector<double> values = {2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2};
    std::vector<SampledUnit> units;
    for (size_t i = 0; i < values.size(); ++i) {
      const bool first = i < 5;
      units.push_back({std::string(1, static_cast<char>('a' + i)),
                       first ? "1" : "2",
                       {{"", with_population ? first ? 15 : 12 : 0}},
                       first ? 3.0 : 4.0});
    }
    estimator.emplace(MakeEstimator(*Design::Make(units, LonelyStratum::kFail)));
    for (size_t i = 0; i < values.size(); ++i) {
      const Observation unit{static_cast<int>(i), values[i], 1, values[i] * values[i]};
      all.push_back(unit);
      (values[i] > 4 ? above : below).push_back(unit);
    }
  }
  double MeanError(const Domain& domain) const {
    return std::sqrt(*estimator->RatioVariance(domain));
  }

  std::optional<Estimator> estimator;
  Domain all, above, below;
};

TEST(EstimatorTest, GivesThePublishedFiguresOfEightUnits) {
  const Toy without(false), with(true);
  EXPECT_NEAR(without.estimator->Ratio(without.all)->value, 5.44814814814, 1e-6);
  EXPECT_NEAR(without.MeanError(without.all), 0.741268326769, 1e-6);
  EXPECT_NEAR(with.MeanError(with.all), 0.61604071981, 1e-6);
  EXPECT_NEAR(with.estimator->Total(with.all).value, 147.1, 1e-6);
  EXPECT_NEAR(std::sqrt(with.estimator->TotalVariance(with.all)), 16.6330994349, 1e-6);
  EXPECT_NEAR(without.estimator->Ratio(without.above)->value, 6.195, 1e-6);
  EXPECT_NEAR(without.MeanError(without.above), 0.755512871056, 1e-6);
  EXPECT_NEAR(without.estimator->Ratio(without.below)->value, 3.31428572, 1e-6);
  EXPECT_NEAR(without.MeanError(without.below), 0.311704246777, 1e-6);
}

TEST(EstimatorTest, GivesThePublishedFiguresOfTwoStages) {
  const std::vector<std::vector<double>> values = {
      {41, 49, 49}, {49, 49, 45}, {31, 31, 35}, {39, 41, 61}, {49, 51, 33}};
  const std::vector<int64_t> sizes = {5, 8, 5, 9, 7};
  std::vector<SampledUnit> units;
  Domain domain;
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < 3; ++j) {
      const double weight = 50.0 / 5 * static_cast<double>(sizes[i]) / 3;
      domain.push_back({static_cast<int>(units.size()), values[i][j], 1, 0});
      units.push_back({std::to_string(i) + "." + std::to_string(j),
                       "",
                       {{std::to_string(i), 50}, {"", sizes[i]}},
                       weight});
    }
  }
  const Estimator estimator = MakeEstimator(*Design::Make(units, LonelyStratum::kFail));
  ExpectDigits(estimator.Total(domain).value, 15080, "total");
  ExpectDigits(estimator.TotalVariance(domain), 5172234.44444444444, "variance");
}

std::vector<SampledUnit> Lonely() {
  const std::vector<double> weights = {10.5, 10.5, 20, 20, 15};
  const std::vector<std::string> strata = {"1", "1", "2", "2", "3"};
  std::vector<SampledUnit> units;
  for (size_t i = 0; i < weights.size(); ++i) {
    units.push_back({std::to_string(i), strata[i], {}, weights[i]});
  }
  return units;
}

TEST(EstimatorTest, ALonelyStratumIsTreatedAsAsked) {
  const std::vector<double> ages = {30.5, 40.5, 35, 52, 44};
  Domain domain;
  for (size_t i = 0; i < ages.size(); ++i) domain.push_back({static_cast<int>(i), ages[i], 1, 0});
  const auto variance = [&](LonelyStratum lonely) {
    return MakeEstimator(*Design::Make(Lonely(), lonely)).TotalVariance(domain);
  };
  ExpectDigits(variance(LonelyStratum::kRemove), 126625, "removed");
  ExpectDigits(variance(LonelyStratum::kAdjust), 127579.81, "held against the mean of all");
  ExpectDigits(variance(LonelyStratum::kAverage), 189937.5, "average of the others");
  const absl::Status refused = Design::Make(Lonely(), LonelyStratum::kFail).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused, HasReason("LONELY_STRATUM"));
  EXPECT_EQ(DetailsOf(refused).metadata["strata"], "3");
}

TEST(EstimatorTest, AStratumTakenWholeIsNotLonely) {
  std::vector<SampledUnit> units = Lonely();
  for (SampledUnit& unit : units) unit.stages = {{"", unit.stratum == "3" ? 1 : 40}};
  EXPECT_THAT(Design::Make(units, LonelyStratum::kFail), IsOk());
}

TEST(EstimatorTest, ACensusHasNoError) {
  std::vector<SampledUnit> units;
  Domain domain;
  std::mt19937 random(3);
  for (int i = 0; i < 50; ++i) {
    units.push_back({std::to_string(100 + i), i < 20 ? "a" : "b", {{"", i < 20 ? 20 : 30}}, 1});
    domain.push_back({i, static_cast<double>(random() % 100), 1, 0});
  }
  for (const VarianceMethod method : {VarianceMethod::kLinearization, VarianceMethod::kJackknife}) {
    const Estimator estimator = MakeEstimator(*Design::Make(units, LonelyStratum::kFail), method);
    EXPECT_EQ(estimator.TotalVariance(domain), 0);
    EXPECT_EQ(estimator.RatioVariance(domain), 0);
  }
}

TEST(EstimatorTest, TheOrderOfUnitsChangesNoBit) {
  const Case given(Reference().at("two_stages"));
  const Estimator estimator = MakeEstimator(given.MakeDesign());
  const Domain domain = given.Of(estimator.design(), "y");
  std::mt19937 random(11);
  for (int round = 0; round < 50; ++round) {
    std::vector<SampledUnit> shuffled = given.units;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const Estimator other = MakeEstimator(*Design::Make(std::move(shuffled), LonelyStratum::kFail));
    const Domain same = given.Of(other.design(), "y");
    EXPECT_EQ(other.Total(same).value, estimator.Total(domain).value);
    EXPECT_EQ(other.TotalVariance(same), estimator.TotalVariance(domain));
    EXPECT_EQ(other.RatioVariance(same), estimator.RatioVariance(domain));
  }
}

TEST(EstimatorTest, DomainsAddUpToTheTotal) {
  const Case given(Reference().at("clusters"));
  const Estimator estimator = MakeEstimator(given.MakeDesign());
  double sum = 0;
  for (const char* group : {"a", "b", "c"}) {
    sum += estimator.Total(given.Of(estimator.design(), "y", Case::Group(group))).value;
  }
  ExpectDigits(sum, estimator.Total(given.Of(estimator.design(), "y")).value, "total");
}

TEST(EstimatorTest, ADomainOfNobodyHasNoRatio) {
  const Case given(Reference().at("simple"));
  const Estimator estimator = MakeEstimator(given.MakeDesign());
  EXPECT_FALSE(estimator.Ratio({}).has_value());
  EXPECT_EQ(estimator.TotalVariance({}), 0);
}

TEST(EstimatorTest, TheJackknifeSaysNothingWhereADomainIsOneCluster) {
  std::vector<SampledUnit> units;
  for (int i = 0; i < 6; ++i) units.push_back({std::to_string(i), "", {{i < 3 ? "a" : "b", 0}}, 2});
  const Estimator estimator =
      MakeEstimator(*Design::Make(units, LonelyStratum::kFail), VarianceMethod::kJackknife);
  EXPECT_FALSE(estimator.RatioVariance(Domain{{0, 1, 1, 1}, {1, 0, 1, 0}}).has_value());
}

TEST(DesignTest, RefusesWhatIsNoDesign) {
  const auto refused = [](std::vector<SampledUnit> units) {
    return Design::Make(std::move(units), LonelyStratum::kFail).status();
  };
  EXPECT_THAT(refused({{"a", "", {}, 0}, {"b", "", {}, 1}}), HasReason("BAD_WEIGHT"));
  EXPECT_THAT(refused({{"a", "", {}, -1}, {"b", "", {}, 1}}), HasReason("BAD_WEIGHT"));
  EXPECT_THAT(refused({{"a", "", {}, NAN}, {"b", "", {}, 1}}), HasReason("BAD_WEIGHT"));
  EXPECT_THAT(refused({{"a", "", {}, 1}, {"a", "", {}, 1}}), HasReason("SAMPLED_TWICE"));
  EXPECT_THAT(refused({{"a", "", {{"", 5}}, 1}, {"b", "", {{"", 6}}, 1}}),
              HasReason("SIZES_DIFFER"));
  EXPECT_THAT(refused({{"a", "", {{"", 1}}, 1}, {"b", "", {{"", 1}}, 1}}),
              HasReason("POPULATION_TOO_SMALL"));
  EXPECT_THAT(refused({{"a", "", {{"c", 0}}, 1}, {"b", "", {{"c", 0}, {"", 0}}, 1}}),
              HasReason("STAGES_DIFFER"));
  EXPECT_THAT(refused({{"a", "x", {{"c", 0}}, 1}, {"b", "y", {{"c", 0}}, 1}}),
              HasReason("CLUSTER_IN_TWO_STRATA"));
}

}  // namespace
}  // namespace vg::indicators::estimation
