#include "services/indicators/domain/measure.h"

#include <gtest/gtest.h>

#include "common/status/error.h"
#include "services/indicators/domain/record.h"

namespace vg::indicators {
namespace {

using expression::Value;

const RecordShape& Shape() {
  using enum RecordField::Kind;
  static const RecordShape& shape =
      *new RecordShape({{"consent", kText, {"given", "refused"}},
                        {"why", kTexts, {"vision", "cost", "evidence"}},
                        {"hours", kNumber, {}},
                        {"tested", kDay, {}},
                        {"growth", kNumber, {}, "percent"},
                        {"delay", kNumber, {}, "weeks"},
                        {"lost", kNumber, {}, "school weeks"},
                        {"absent", kNumber, {}, "%"}});
  return shape;
}

Measure Compiled(MeasureKind kind, std::string expression, std::string filter = "") {
  return *Measure::Compile({.filter = std::move(filter),
                            .kind = kind,
                            .expression = std::move(expression),
                            .decimals = 1,
                            .top = 2},
                           Shape().environment());
}

expression::Frame Record(const std::string& consent, const std::vector<std::string>& why,
                         const char* hours) {
  expression::Frame record = Shape().Empty();
  if (!consent.empty()) Shape().Set(record, "consent", Value::Text(consent));
  Shape().Set(record, "why", Value::Texts(why));
  if (hours != nullptr) {
    Shape().Set(record, "hours", Value::Number(*Exact::FromDecimal(hours)));
  }
  return record;
}

TEST(MeasureTest, AProportionCountsThoseWhoAnsweredAndThoseForWhomItHolds) {
  const Measure measure = Compiled(MeasureKind::kProportion, "consent == 'given'");
  EXPECT_EQ(measure.Of(Record("given", {}, nullptr)), (Contribution{{"", {1, 1, 0}}}));
  EXPECT_EQ(measure.Of(Record("refused", {}, nullptr)), (Contribution{{"", {1, 0, 0}}}));
  EXPECT_EQ(measure.Of(Record("", {}, nullptr)), Contribution{});
}

TEST(MeasureTest, AFilterLeavesOutWhomItDoesNotHoldFor) {
  const Measure measure = Compiled(MeasureKind::kProportion, "consent == 'given'", "hours > 2");
  EXPECT_EQ(measure.Of(Record("given", {}, "1")), Contribution{});
  EXPECT_EQ(measure.Of(Record("given", {}, nullptr)), Contribution{});
  EXPECT_EQ(measure.Of(Record("given", {}, "3")), (Contribution{{"", {1, 1, 0}}}));
}

TEST(MeasureTest, AMeanAddsScaledIntegersAndTheirSquares) {
  const Measure measure = Compiled(MeasureKind::kMean, "hours");
  EXPECT_EQ(measure.Of(Record("", {}, "2.5")), (Contribution{{"", {1, 25, 625}}}));
}

TEST(MeasureTest, AMeanLeavesOutNumbersThatWouldRunOver) {
  const Measure measure = Compiled(MeasureKind::kMean, "hours");
  EXPECT_EQ(measure.Of(Record("", {}, "99999999999999999999")), Contribution{});
}

TEST(MeasureTest, ADistributionCountsEveryOptionOnceAndKnowsThemAll) {
  const Measure measure = Compiled(MeasureKind::kDistribution, "why");
  EXPECT_EQ(measure.Of(Record("", {"cost", "vision"}, nullptr)),
            (Contribution{{"", {1, 0, 0}}, {"cost", {0, 1, 0}}, {"vision", {0, 1, 0}}}));
  EXPECT_EQ(measure.categories(), (std::vector<std::string>{"vision", "cost", "evidence"}));
}

TEST(MeasureTest, ARankingCountsTheFirstOnes) {
  const Measure measure = Compiled(MeasureKind::kRankingShare, "why");
  EXPECT_EQ(measure.Of(Record("", {"cost", "vision", "evidence"}, nullptr)),
            (Contribution{{"", {1, 0, 0}}, {"cost", {0, 1, 0}}, {"vision", {0, 1, 0}}}));
}

TEST(MeasureTest, ACountCountsWhatPassesTheFilter) {
  const Measure measure = Compiled(MeasureKind::kCount, "", "consent == 'given'");
  EXPECT_EQ(measure.Of(Record("given", {}, nullptr)), (Contribution{{"", {1, 1, 0}}}));
  EXPECT_EQ(measure.Of(Record("refused", {}, nullptr)), Contribution{});
  EXPECT_EQ(measure.names(), std::vector<std::string>{"consent"});
}

TEST(MeasureTest, ATotalAddsNumbersAsAMeanDoes) {
  const Measure measure = Compiled(MeasureKind::kTotal, "hours");
  EXPECT_EQ(measure.Of(Record("", {}, "2.5")), (Contribution{{"", {1, 25, 625}}}));
}

TEST(MeasureTest, ARatioKeepsWhatItsErrorNeeds) {
  const auto measure = Measure::Compile(
      {.kind = MeasureKind::kRatio, .expression = "hours", .decimals = 1, .denominator = "delay"},
      Shape().environment());
  ASSERT_TRUE(measure.ok()) << measure.status();
  expression::Frame record = Record("", {}, "2.5");
  EXPECT_EQ(measure->Of(record), Contribution{});  // Nothing below.
  Shape().Set(record, "delay", Value::Number(4));
  EXPECT_EQ(measure->Of(record), (Contribution{{"", {1, 25, 625}}, {kBelow, {1000, 40, 1600}}}));
}

TEST(MeasureTest, QuantilesCountValuesRoundedToTheStepWithinTheRange) {
  const auto measure = Measure::Compile({.kind = MeasureKind::kQuantiles,
                                         .expression = "hours",
                                         .step = *Exact::FromDecimal("0.5"),
                                         .least_step = 0,
                                         .greatest_step = 10},
                                        Shape().environment());
  ASSERT_TRUE(measure.ok()) << measure.status();
  const auto counted = [&](const char* hours) { return measure->Of(Record("", {}, hours)); };
  EXPECT_EQ(counted("2.5"), (Contribution{{"", {1, 5, 25}}, {ValueCategory(5), {0, 1, 0}}}));
  EXPECT_EQ(counted("2.7"), counted("2.5"));
  EXPECT_EQ(counted("2.75"), counted("3"));  // Half to even.
  EXPECT_EQ(counted("5.2"), counted("5"));
  EXPECT_EQ(counted("5.3"), Contribution{});
  EXPECT_EQ(counted("-1"), Contribution{});
  EXPECT_EQ(StepOf(ValueCategory(-3)), -3);
  EXPECT_EQ(StepOf("option"), std::nullopt);
}

TEST(MeasureTest, AMeanComesOutInTheUnitOfTheDefinition) {
  const auto compile = [](std::string expression, std::string unit) {
    return Measure::Compile(
               {.kind = MeasureKind::kMean, .expression = std::move(expression), .unit = unit},
               Shape().environment())
        .status();
  };
  EXPECT_TRUE(compile("delay", "weeks").ok());
  EXPECT_TRUE(compile("growth + 1", "percent").ok());
  EXPECT_EQ(DetailsOf(compile("delay", "months")).reason, "UNIT_MISMATCH");
  EXPECT_EQ(DetailsOf(compile("delay", "months")).violations[0].field, "definition.unit");
  EXPECT_EQ(DetailsOf(compile("growth + delay", "weeks")).reason, "UNIT_MISMATCH");
}

TEST(MeasureTest, AnyTextIsAUnitOfItsOwn) {
  const auto compile = [](std::string expression, std::string unit) {
    return Measure::Compile(
               {.kind = MeasureKind::kMean, .expression = std::move(expression), .unit = unit},
               Shape().environment())
        .status();
  };
  EXPECT_TRUE(compile("lost", "school weeks").ok());
  EXPECT_EQ(DetailsOf(compile("lost", "school days")).reason, "UNIT_MISMATCH");
  EXPECT_EQ(DetailsOf(compile("absent + lost", "%")).reason, "UNIT_MISMATCH");
  EXPECT_EQ(DetailsOf(compile("hours", "school weeks")).reason, "UNIT_MISMATCH");
  EXPECT_TRUE(compile("absent > 20 ? 20 : absent", "%").ok());
  // What an expression computes in percent has no unit that says so.
  EXPECT_TRUE(compile("100 * growth / growth", "%").ok());
}

TEST(MeasureTest, TellsWhereARuleIsWrong) {
  const auto refused = [](Rules rules) {
    const ErrorDetails details = DetailsOf(Measure::Compile(rules, Shape().environment()).status());
    return details.violations.empty()
               ? std::string("none")
               : details.violations[0].field + " " + details.violations[0].reason;
  };
  EXPECT_EQ(refused({.filter = "nothing > 1", .expression = "consent == 'given'"}),
            "definition.filter UNKNOWN_NAME");
  EXPECT_EQ(refused({.kind = MeasureKind::kMean, .expression = "consent"}),
            "definition.mean.value WRONG_TYPE");
  EXPECT_EQ(refused({.kind = MeasureKind::kDistribution, .expression = "hours"}),
            "definition.distribution.value WRONG_TYPE");
  EXPECT_EQ(refused({.expression = "consent =="}), "definition.proportion.condition SYNTAX");
  EXPECT_EQ(refused({.expression = "tested > '17-01-2022'"}),
            "definition.proportion.condition NOT_A_DAY");
  EXPECT_EQ(refused({.expression = "tested > '2022-01-17'"}), "none");
  EXPECT_EQ(refused({.kind = MeasureKind::kTotal, .expression = "why"}),
            "definition.total.value WRONG_TYPE");
  EXPECT_EQ(refused({.kind = MeasureKind::kRatio, .expression = "hours", .denominator = "consent"}),
            "definition.ratio.denominator WRONG_TYPE");
  EXPECT_EQ(refused({.kind = MeasureKind::kQuantiles, .expression = "hours >"}),
            "definition.quantiles.value SYNTAX");
}

}  // namespace
}  // namespace vg::indicators
