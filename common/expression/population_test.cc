#include "common/expression/population.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace vg::expression {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Unit U(std::string_view text) { return *Unit::Parse(text); }
Value N(std::string_view text) { return Value::Number(*Exact::FromText(text)); }

// A member with a score, and a table of rates by type.
class PopulationTest : public ::testing::Test {
 protected:
  PopulationTest() {
    score_ = environment_.MustDeclare("score", Type::Number(U("point")).Optional());
    sector_ = environment_.MustDeclare("sector", Type::Text().Optional());
    bo_ = environment_.MustDeclare("pupils.bo", Type::Number(U("pupil")).Optional());
    so_ = environment_.MustDeclare("pupils.so", Type::Number(U("pupil")).Optional());
    EXPECT_OK(
        environment_.DeclareConstant("rate", Type::Map(Type::Number(U("EUR/pupil")), {"bo", "so"}),
                                     Value::Map({{"bo", N("701.16")}, {"so", N("1402.31")}})));
    EXPECT_OK(environment_.DeclareConstant("other", Type::Map(Type::Number(), {"bo", "pro"}),
                                           Value::Map({{"bo", N("1")}})));
    EXPECT_OK(environment_.DeclareConstant("share", Type::Number(), N("0.15")));
    environment_.LendPopulation([this](PopulationCall call) {
      calls_.push_back(call.text);
      return environment_.DeclareHidden(call.text, call.type);
    });
  }

  void Define(std::string_view name, std::string_view formula) {
    ASSERT_OK_AND_ASSIGN(const Expression compiled, Expression::Compile(formula, environment_));
    EXPECT_OK(environment_.Define(name, compiled).status());
  }

  Frame MakeFrame() const {
    Frame frame(environment_);
    frame.Set(score_, N("12"));
    frame.Set(sector_, Value::Text("primary"));
    frame.Set(bo_, N("10"));
    frame.Set(so_, N("0"));
    return frame;
  }

  std::string Run(std::string_view source) {
    const auto expression = Expression::Compile(source, environment_);
    if (!expression.ok()) return DetailsOf(expression.status()).reason;
    const auto value = expression->Evaluate(MakeFrame());
    return value.ok() ? value->ToText() : DetailsOf(value.status()).reason;
  }

  std::string Sentence(std::string_view source) {
    return std::string(Expression::Compile(source, environment_).status().message());
  }

  Environment environment_;
  Slot score_, sector_, bo_, so_;
  std::vector<std::string> calls_;
};

TEST_F(PopulationTest, ReadsAPercentageAsAShare) {
  EXPECT_EQ(Run("15 % * 2"), "0.3");
  EXPECT_EQ(Run("12.5% + 0"), "0.125");
  EXPECT_EQ(Run("15 % 2"), "1");
  EXPECT_EQ(Run("score %"), "SYNTAX");
}

TEST_F(PopulationTest, HandsEveryCallToTheServiceInCanonicalSpacing) {
  EXPECT_EQ(Run("has(sum( score,per sector ,where score>3&&true ))"), "false");
  EXPECT_EQ(Run("has(top_share(score / pupils.bo, 15 %, per sector))"), "false");
  EXPECT_EQ(Run("has(top_share(score, share)) || has(mean(score)) || has(min(score))"), "false");
  EXPECT_EQ(Run("has(count(score > 3, where (score > 1) || true))"), "false");
  EXPECT_THAT(calls_, ElementsAre("sum(score, per sector, where score > 3 && true)",
                                  "top_share(score / pupils.bo, 0.15, per sector)",
                                  "top_share(score, share)", "mean(score)", "min(score)",
                                  "count(score > 3, where score > 1 || true)"));
}

TEST_F(PopulationTest, LeavesCallsOverListsAndOfSeveralNumbersAsTheyAre) {
  EXPECT_EQ(Run("sum([1, 2, 3]) + count(['a']) + max(1, 2) + min([4, 5])"), "13");
  EXPECT_EQ(Run("[1, 2].map(x, max(x, 2))[0]"), "2");
  EXPECT_THAT(calls_, ElementsAre());
}

TEST_F(PopulationTest, RefusesWhatCannotBeGathered) {
  EXPECT_EQ(Run("sum(score > 3)"), "WRONG_TYPE");
  EXPECT_EQ(Run("count(score)"), "WRONG_TYPE");
  EXPECT_EQ(Run("sum(score, per pupils.bo)"), "WRONG_TYPE");
  EXPECT_EQ(Run("sum(score, where sector)"), "WRONG_TYPE");
  EXPECT_EQ(Run("sum(score, per sector, per sector)"), "WRONG_ARGUMENTS");
  EXPECT_EQ(Run("sum(score, per sector, score)"), "WRONG_ARGUMENTS");
  EXPECT_EQ(Run("top_share(score)"), "WRONG_ARGUMENTS");
  EXPECT_EQ(Run("top_share(score, score)"), "UNIT_MISMATCH");
  EXPECT_EQ(Run("top_share(score, score / score)"), "WRONG_ARGUMENTS");
  EXPECT_EQ(Run("[1].map(x, mean(x))[0]"), "UNKNOWN_NAME");
  EXPECT_EQ(Run("sum(score) + pupils.bo"), "UNIT_MISMATCH");
  EXPECT_EQ(Run("top_shar(score, 15 %)"), "UNKNOWN_FUNCTION");
  EXPECT_THAT(Sentence("mean(scor)"), HasSubstr("did you mean 'score'?"));
}

TEST_F(PopulationTest, WithoutAPopulationThereAreNoSuchCalls) {
  environment_.LendPopulation(nullptr);
  EXPECT_EQ(Run("mean(score)"), "UNKNOWN_FUNCTION");
  EXPECT_EQ(Run("sum(score)"), "WRONG_TYPE");
}

TEST_F(PopulationTest, TheOutcomeIsTheServicesAndItsAbsenceIsNamedByTheCall) {
  ASSERT_OK_AND_ASSIGN(const Expression share,
                       Expression::Compile("score / sum(score)", environment_));
  Frame frame = MakeFrame();
  Slot outcome = -1;
  for (const Slot slot : share.variables()) {
    if (environment_.name(slot) == "sum(score)") outcome = slot;
  }
  ASSERT_GE(outcome, 0);
  ASSERT_OK_AND_ASSIGN(const Value unknown, share.Evaluate(frame));
  EXPECT_TRUE(unknown.absent());
  EXPECT_EQ(unknown.origin(), "sum(score)");
  frame.Set(outcome, N("48"));
  Trace trace;
  ASSERT_OK_AND_ASSIGN(const Value known, share.Explain(frame, trace));
  EXPECT_EQ(known.ToText(), "0.25");
  EXPECT_EQ(trace.parts[1].what, "population");
  EXPECT_EQ(trace.parts[1].unit, U("point"));
}

TEST_F(PopulationTest, AWeightedSumTakesEveryKeyOfTheTable) {
  EXPECT_EQ(Run("weighted_sum(rate, pupils)"), "7011.6");
  ASSERT_OK_AND_ASSIGN(const Expression sum,
                       Expression::Compile("weighted_sum(rate, pupils)", environment_));
  EXPECT_EQ(sum.type().unit(), U("EUR"));
  Frame frame = MakeFrame();
  Trace trace;
  EXPECT_OK(sum.Explain(frame, trace).status());
  ASSERT_EQ(trace.parts.size(), 1u) << "products of nothing are passed over";
  EXPECT_EQ(trace.parts[0].text, "rate.bo * pupils.bo");
  EXPECT_EQ(trace.parts[0].parts[1].name, "pupils.bo");
  frame.Set(so_, Value::Absent(Absence::kSuppressed));
  ASSERT_OK_AND_ASSIGN(const Value unknown, sum.Evaluate(frame));
  EXPECT_EQ(unknown.origin(), "pupils.so");
  EXPECT_EQ(Run("weighted_sum(other, pupils)"), "UNKNOWN_NAME");
  EXPECT_EQ(Run("weighted_sum(score, pupils)"), "WRONG_TYPE");
  EXPECT_EQ(Run("weighted_sum(rate, 3)"), "WRONG_ARGUMENTS");
}

TEST_F(PopulationTest, ADefinitionIsComputedWhenAskedForAndToldOnce) {
  Define("half", "score / 2");
  Define("broken", "score / (score - score)");
  EXPECT_EQ(Run("half + half"), "12");
  EXPECT_EQ(Run("true ? half : broken * half"), "6");
  EXPECT_EQ(Run("broken"), "DIVISION_BY_ZERO");
  ASSERT_OK_AND_ASSIGN(const Expression twice, Expression::Compile("half + half", environment_));
  Frame frame = MakeFrame();
  Trace trace;
  EXPECT_OK(twice.Explain(frame, trace).status());
  EXPECT_EQ(trace.parts[0].parts.size(), 1u);
  EXPECT_EQ(trace.parts[0].parts[0].text, "score / 2");
  EXPECT_EQ(trace.parts[1].parts.size(), 0u);
  EXPECT_EQ(trace.parts[1].value.ToText(), "6");
}

TEST_F(PopulationTest, ADefinitionIsForgottenWhenTheFrameIsRenewed) {
  Define("half", "score / 2");
  ASSERT_OK_AND_ASSIGN(const Expression half, Expression::Compile("half", environment_));
  Frame frame = MakeFrame();
  EXPECT_EQ(half.Evaluate(frame)->ToText(), "6");
  frame.Set(score_, Value::Absent(Absence::kSuppressed));
  frame.Renew();
  ASSERT_OK_AND_ASSIGN(const Value unknown, half.Evaluate(frame));
  EXPECT_TRUE(unknown.absent());
  EXPECT_EQ(unknown.origin(), "score") << "what is missing is named, not the definition";
}

}  // namespace
}  // namespace vg::expression
