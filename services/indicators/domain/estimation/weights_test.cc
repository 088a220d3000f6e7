#include "services/indicators/domain/estimation/weights.h"

#include <gmock/gmock.h>

#include "common/testing/status_matchers.h"
#include "services/indicators/domain/estimation/test_reference.h"

namespace vg::indicators::estimation {
namespace {

using testing::ElementsAre;

std::vector<Invited> Sample() {
  return {{{"a", "s", {}, 4}, true},
          {{"b", "s", {}, 4}, false},
          {{"c", "s", {}, 2}, true},
          {{"d", "t", {}, 7}, true},
          {{"e", "u", {}, 3}, false}};
}

TEST(WeightsTest, ThoseThatAnsweredStandForAllThatWereDrawnInTheirStratum) {
  const Respondents respondents = RespondentsOf(Sample());
  ASSERT_EQ(respondents.units.size(), 3u);
  EXPECT_DOUBLE_EQ(respondents.units[0].weight, 4.0 * 10 / 6);
  EXPECT_DOUBLE_EQ(respondents.units[1].weight, 2.0 * 10 / 6);
  EXPECT_EQ(respondents.units[2].weight, 7);
  EXPECT_THAT(respondents.silent_strata, ElementsAre("u"));
}

TEST(WeightsTest, ThoseThatAnsweredACensusAreASampleOfTheirStratum) {
  const Respondents respondents = CensusRespondents(Sample());
  ASSERT_EQ(respondents.units.size(), 3u);
  EXPECT_EQ(respondents.units[0].weight, 1.5);
  EXPECT_EQ(respondents.units[0].stages[0].population_size, 3);
  EXPECT_EQ(respondents.units[2].weight, 1);
  EXPECT_EQ(respondents.units[2].stages[0].population_size, 1);
  EXPECT_THAT(respondents.silent_strata, ElementsAre("u"));
}

TEST(WeightsTest, TrimsAsRDoes) {
  const nlohmann::json& expected = Reference().at("trimmed");
  const std::vector<double> trimmed =
      Trimmed(expected.at("weights").get<std::vector<double>>(), expected.at("upper"));
  for (size_t i = 0; i < trimmed.size(); ++i) {
    ExpectDigits(trimmed[i], expected.at("trimmed").at(i), "weight");
  }
}

TEST(WeightsTest, TrimmingKeepsTheSumAndTheLimit) {
  const std::vector<double> trimmed = Trimmed({1, 1, 1, 9.9, 20, 1}, 10);
  double sum = 0;
  for (const double weight : trimmed) {
    sum += weight;
    EXPECT_LE(weight, 10);
  }
  EXPECT_DOUBLE_EQ(sum, 33.9);
}

TEST(WeightsTest, TellsHowUnevenWeightsAre) {
  const WeightDiagnostics even = Diagnose(std::vector<double>{3, 3, 3});
  EXPECT_EQ(even.design_effect, 1);
  EXPECT_EQ(even.effective_units, 3);
  const WeightDiagnostics uneven = Diagnose(std::vector<double>{1, 2, 3});
  EXPECT_EQ(uneven.least, 1);
  EXPECT_EQ(uneven.most, 3);
  EXPECT_DOUBLE_EQ(uneven.effective_units, 36.0 / 14);
  EXPECT_DOUBLE_EQ(uneven.design_effect, 3 * 14.0 / 36);
}

TEST(WeightsTest, TestsRepresentativenessAsRDoes) {
  const nlohmann::json& expected = Reference().at("representativeness");
  std::vector<ClassCount> classes;
  double units = 0;
  for (size_t i = 0; i < expected.at("observed").size(); ++i) {
    const double answered = expected.at("observed").at(i);
    classes.push_back({"", static_cast<int64_t>(answered), answered,
                       expected.at("population").at(i).get<int64_t>()});
    units += answered;
  }
  const absl::StatusOr<Representativeness> test = TestRepresentativeness(classes, units);
  ASSERT_THAT(test, IsOk());
  ExpectDigits(test->statistic, expected.at("statistic"), "chi-square");
  ExpectDigits(test->p_value, expected.at("p"), "p");
  EXPECT_EQ(test->degrees_of_freedom, 3);
  EXPECT_THAT(TestRepresentativeness({{"", 3, 3, 10}}, 3), HasReason("TOO_FEW_CLASSES"));
}

}  // namespace
}  // namespace vg::indicators::estimation
