#include "services/indicators/domain/weighting.h"

#include <gmock/gmock.h>

#include "common/testing/status_matchers.h"
#include "services/indicators/domain/test_figures.h"
#include "services/indicators/domain/weighted_table.h"

namespace vg::indicators {
namespace {

using estimation::SampledUnit;
using testing::DoubleNear;

const Rules kProportion = {.kind = MeasureKind::kProportion};

std::string School(int i) { return "schools/" + std::to_string(100 + i); }

// 60 schools: 40 in Utrecht and 20 in Zeeland, every fourth secondary, with 100 to 159 pupils.
UnitTable Schools() {
  std::vector<Unit> units;
  for (int i = 0; i < 60; ++i) {
    Unit unit;
    unit.name = School(i);
    unit.province = i < 40 ? "Utrecht" : "Zeeland";
    unit.sector = i % 4 == 0 ? "secondary" : "primary";
    unit.pupils = 100 + i;
    unit.counted = true;
    units.push_back(std::move(unit));
  }
  return UnitTable(std::move(units));
}

class WeightingTest : public testing::Test {
 protected:
  WeightingTest() {
    for (int i = 0; i < table_.size(); ++i) population_.units.push_back(i);
  }

  Margin By(const std::string& name) const { return {name, table_.FindAttribute(name)}; }
  // Those of which `answers` says so.
  template <typename Answers>
  static Answered Respondents(const Answers& answers) {
    Answered respondents;
    for (int i = 0; i < 60; ++i) {
      if (answers(i)) respondents.emplace(School(i), 1);
    }
    return respondents;
  }
  static Answered Two() {
    return Respondents([](int i) { return i % 2 == 0 || i >= 50; });
  }
  Weighting Make(const WeightingPlan& plan, const Answered& respondents) const {
    absl::StatusOr<Weighting> made = MakeWeighting(plan, population_, {}, respondents);
    EXPECT_THAT(made, IsOk());
    return *std::move(made);
  }
  // One record of every unit of the design, by province; every third is positive.
  TestFigures Figures(const Weighting& weighting) const {
    std::vector<GroupedSums> rows;
    std::map<int, int> design_rows;
    const estimation::Design& design = weighting.estimator->design();
    for (int row = 0; row < design.size(); ++row) {
      const int unit = table_.Find(design.unit(row).id);
      design_rows[unit] = row;
      rows.push_back(
          {{table_.Get(unit, Attribute::kProvince)}, "", {1, unit % 3 == 0 ? 1 : 0, 0}, unit});
    }
    return TestFigures(rows, design_rows);
  }

  const UnitTable table_ = Schools();
  Population population_{table_, {}};
};

TEST_F(WeightingTest, ACensusThatAllAnswerHasNoError) {
  WeightedTable table;
  table.weighting = std::make_shared<Weighting>(Make({}, Respondents([](int) { return true; })));
  const TestFigures figures = Figures(*table.weighting);
  Weigh(kProportion, figures, Tabulate(kProportion, {}, figures), table);
  ASSERT_EQ(table.figures.size(), 3u);
  for (const auto& figure : table.figures) {
    ASSERT_NE(figure, nullptr);
    EXPECT_EQ(figure->estimate.variance, 0);
    EXPECT_EQ(figure->lower, figure->estimate.ratio.value);
    EXPECT_EQ(figure->upper, figure->estimate.ratio.value);
  }
  EXPECT_EQ(table.figures[0]->estimate.weights, 60);
}

TEST_F(WeightingTest, StrataOfACensusStandForTheirOwn) {
  WeightingPlan plan;
  plan.strata = {Attribute::kProvince};
  const Weighting weighting = Make(plan, Two());
  EXPECT_EQ(weighting.diagnostics.units, 35);
  EXPECT_THAT(weighting.diagnostics.sum, DoubleNear(60, 1e-9));
  EXPECT_EQ(weighting.diagnostics.most, 2);
  EXPECT_THAT(weighting.diagnostics.least, DoubleNear(20.0 / 15, 1e-12));
  EXPECT_EQ(weighting.estimator->design().degrees_of_freedom(), 33);
  EXPECT_TRUE(weighting.may_tell);
}

TEST_F(WeightingTest, EveryCalibrationComesToTheTotalsOfTheRegister) {
  for (const CalibrationMethod method :
       {CalibrationMethod::kRaking, CalibrationMethod::kPostStratification,
        CalibrationMethod::kLinear, CalibrationMethod::kLogit}) {
    WeightingPlan plan;
    plan.calibration = CalibrationPlan{.method = method, .margins = {By("province")}, .rules = {}};
    if (method != CalibrationMethod::kPostStratification) {
      plan.calibration->margins.push_back({"pupils", std::nullopt});
    } else {
      plan.calibration->margins.push_back(By("sector"));
    }
    if (method == CalibrationMethod::kLogit) {
      plan.calibration->rules.lower = 0.2;
      plan.calibration->rules.upper = 4;
    }
    const Weighting weighting = Make(plan, Two());
    WeightedTable table{
        .plan = plan, .weighting = std::make_shared<Weighting>(weighting), .figures = {}};
    const TestFigures figures = Figures(weighting);
    Weigh(kProportion, figures, Tabulate(kProportion, {}, figures), table);
    EXPECT_THAT(table.figures[1]->estimate.weights, DoubleNear(40, 1e-8));
    EXPECT_THAT(table.figures[2]->estimate.weights, DoubleNear(20, 1e-8));
    double pupils = 0;
    for (int row = 0; row < weighting.estimator->design().size(); ++row) {
      const int unit = table_.Find(weighting.estimator->design().unit(row).id);
      pupils += weighting.estimator->weights()[static_cast<size_t>(row)] *
                static_cast<double>(*table_.Pupils(unit));
    }
    if (method != CalibrationMethod::kPostStratification) {
      EXPECT_THAT(pupils, DoubleNear(60 * 100 + 59 * 60 / 2, 1e-5));
    }
  }
}

TEST_F(WeightingTest, SaysNothingOfWeightsThatTellHowFewAnswered) {
  const auto few = Respondents([](int i) { return i < 30 || i == 45 || i == 46; });
  WeightingPlan plan;
  plan.strata = {Attribute::kProvince};
  EXPECT_FALSE(Make(plan, few).may_tell);
  plan.strata.clear();
  EXPECT_TRUE(Make(plan, few).may_tell);
  plan.calibration = CalibrationPlan{.margins = {By("province")}, .rules = {}};
  EXPECT_FALSE(Make(plan, few).may_tell);
  plan.calibration.reset();
  plan.tests = {By("province"), By("sector")};
  const Weighting tested = Make(plan, few);
  ASSERT_EQ(tested.tests.size(), 1u);
  EXPECT_EQ(tested.tests[0].attribute, "sector");
}

TEST_F(WeightingTest, TellsWhetherThoseThatAnsweredAreLikeThePopulation) {
  WeightingPlan plan;
  plan.tests = {By("province")};
  plan.calibration = CalibrationPlan{.margins = {By("province")}, .rules = {}};
  const Weighting weighting = Make(plan, Two());
  ASSERT_EQ(weighting.tests.size(), 1u);
  const AttributeTest& test = weighting.tests[0];
  ASSERT_EQ(test.classes.size(), 2u);
  EXPECT_EQ(test.classes[0].answered, 20);
  EXPECT_EQ(test.classes[0].population, 40);
  EXPECT_THAT(test.shares[0], DoubleNear(20.0 / 35, 1e-12));
  EXPECT_THAT(test.calibrated_shares[0], DoubleNear(40.0 / 60, 1e-9));
  // (20 − 70/3)² / (70/3) + (15 − 35/3)² / (35/3)
  EXPECT_THAT(test.result.statistic, DoubleNear(10.0 / 7, 1e-9));
  EXPECT_EQ(test.result.degrees_of_freedom, 1);
}

TEST_F(WeightingTest, TrimsWeightsBeforeTheyAreCalibrated) {
  std::vector<SampledUnit> sample;
  for (int i = 0; i < 20; ++i) sample.push_back({School(i * 3), "", {}, i == 0 ? 50.0 : 2.0});
  WeightingPlan plan;
  plan.design = DesignKind::kSample;
  plan.trim_above = 3;
  const auto made = MakeWeighting(plan, population_, sample, Respondents([](int) { return true; }));
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(made->diagnostics.sum, DoubleNear(88, 1e-9));
  EXPECT_THAT(made->diagnostics.most, DoubleNear(3 * 88.0 / 20, 1e-9));
}

TEST_F(WeightingTest, LeavesOutWhoIsNotInTheDesign) {
  Answered respondents = Two();
  respondents.emplace("schools/elsewhere", 1);
  EXPECT_EQ(Make({}, respondents).diagnostics.units, 35);
}

TEST_F(WeightingTest, NamesWhatCannotBeWeighted) {
  WeightingPlan plan;
  plan.calibration = CalibrationPlan{.margins = {By("province")}, .rules = {}};
  const auto utrecht = Respondents([](int i) { return i < 20; });
  EXPECT_THAT(MakeWeighting(plan, population_, {}, utrecht), HasReason("EMPTY_CLASS"));
  plan.calibration.reset();
  plan.strata = {Attribute::kProvince};
  const auto lonely = Respondents([](int i) { return i < 20 || i == 50; });
  EXPECT_THAT(MakeWeighting(plan, population_, {}, lonely), HasReason("LONELY_STRATUM"));
  const Weighting silent = Make(plan, utrecht);
  EXPECT_THAT(silent.silent_strata, testing::ElementsAre("Zeeland"));
  EXPECT_FALSE(Make({}, {}).estimator.has_value());
}

}  // namespace
}  // namespace vg::indicators
