#include "services/indicators/api/trends.h"

#include <gmock/gmock.h>

#include "services/indicators/api/test_service.h"

namespace vg::indicators {
namespace {

using ::testing::HasSubstr;

// Two more waves that ask the leaders' second version: "later" and "again".
class TrendsTest : public IndicatorsServiceTest {
 protected:
  TrendsTest() {
    survey::QuestionnaireVersion second = peers_.questionnaires[kLeaders];
    second.set_name("questionnaires/school-leaders/versions/2");
    peers_.questionnaires[second.name()] = second;
    for (const char* name : {"waves/later", "waves/again"}) {
      survey::Wave& wave = peers_.waves[name];
      wave.set_name(name);
      wave.set_snapshot("snapshots/s");
      wave.add_questionnaires()->set_questionnaire_version(second.name());
    }
  }

  void Judge(std::string_view comparisons) {
    peers_.comparisons[absl::StrCat(kLeaders, " questionnaires/school-leaders/versions/2")] =
        Yaml<survey::CompareQuestionnaireVersionsResponse>(comparisons);
  }
  // Leaders of the schools from `first` to `last`, of whom every `bad`th says that it goes badly.
  void SubmitTo(const std::string& wave, int first, int last, int bad) {
    for (int i = first; i < last; ++i) {
      survey::Response response = Leader(i, i % bad == 0 ? "badly" : "well");
      response.set_name(absl::StrCat(wave, "/responses/leader-", i));
      if (wave != kWave) {
        response.set_questionnaire_version("questionnaires/school-leaders/versions/2");
      }
      Submit(response);
    }
  }
  absl::StatusOr<v1::WaveComparison> Compare(const std::vector<std::string>& waves,
                                             bool allow_broken = false,
                                             const std::string& breakdown = "") {
    v1::CompareWavesRequest request;
    request.set_indicator("indicators/execution");
    for (const std::string& wave : waves) request.add_waves(wave);
    request.set_allow_broken(allow_broken);
    if (!breakdown.empty()) request.add_breakdowns(breakdown);
    return server_.CompareWaves(request);
  }
  void Define() {
    ASSERT_OK(server_.Define("execution", Example("execution-well")).status());
    server_.CatchUp();
  }
};

TEST_F(TrendsTest, TellsTheDifferencesFromWaveToWave) {
  SubmitTo(kWave, 0, 40, 4);
  SubmitTo("waves/later", 0, 40, 2);
  SubmitTo("waves/again", 0, 40, 5);
  Define();
  ASSERT_OK_AND_ASSIGN(const auto trend, Compare({kWave, "waves/later", "waves/again"}));
  ASSERT_EQ(trend.tables_size(), 3);
  EXPECT_EQ(trend.tables(0).estimates(0).unweighted_value().value(), "0.75");
  EXPECT_EQ(trend.tables(1).wave(), "waves/later");
  ASSERT_EQ(trend.steps_size(), 2);
  EXPECT_EQ(trend.steps(0).before(), kWave);
  EXPECT_EQ(trend.steps(0).after(), "waves/later");
  EXPECT_EQ(trend.steps(0).comparability(), survey::COMPARABILITY_SAME);
  ASSERT_EQ(trend.steps(0).differences_size(), 1);
  EXPECT_EQ(trend.steps(0).differences(0).unweighted_difference().value(), "-0.25");
  EXPECT_EQ(trend.steps(1).differences(0).unweighted_difference().value(), "0.3");
}

TEST_F(TrendsTest, RefusesABrokenQuestionUnlessAsked) {
  Judge(R"(comparisons:
  - {question: execution, former_question: execution, comparability: broken, note: {nl: Anders, en: Other}}
)");
  SubmitTo(kWave, 0, 40, 4);
  SubmitTo("waves/later", 0, 40, 2);
  Define();
  const absl::Status refused = Compare({kWave, "waves/later"}).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused, HasReason("TREND_BROKEN"));
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("execution of questionnaires/school-leaders/versions/1 and "
                        "questionnaires/school-leaders/versions/2: Other"));
  EXPECT_EQ(DetailsOf(refused).metadata["questions"], "execution");
  EXPECT_EQ(DetailsOf(refused).metadata["after"], "waves/later");
  EXPECT_THAT(Compare({"waves/later", kWave}), HasReason("TREND_BROKEN")) << "either way";

  ASSERT_OK_AND_ASSIGN(const auto trend, Compare({kWave, "waves/later"}, true));
  EXPECT_EQ(trend.steps(0).comparability(), survey::COMPARABILITY_BROKEN);
  ASSERT_EQ(trend.steps(0).questions_size(), 1);
  EXPECT_EQ(trend.steps(0).questions(0).comparison().note().nl(), "Anders");
  EXPECT_EQ(trend.steps(0).differences_size(), 1);
}

TEST_F(TrendsTest, TellsWhatWasRewordedAndMindsOnlyWhatTheIndicatorUses) {
  Judge(R"(comparisons:
  - {question: execution, former_question: execution, comparability: reworded, note: {nl: Woorden}}
  - {question: effect, former_question: effect, comparability: broken}
)");
  SubmitTo(kWave, 0, 40, 4);
  SubmitTo("waves/later", 0, 40, 2);
  Define();
  ASSERT_OK_AND_ASSIGN(const auto trend, Compare({kWave, "waves/later"}));
  EXPECT_EQ(trend.steps(0).comparability(), survey::COMPARABILITY_REWORDED);
  ASSERT_EQ(trend.steps(0).questions_size(), 1);
  EXPECT_EQ(trend.steps(0).questions(0).version_before(), kLeaders);
  EXPECT_EQ(trend.steps(0).questions(0).comparison().note().nl(), "Woorden");
}

TEST_F(TrendsTest, AQuestionnaireOrQuestionThatIsNotThereBreaksTheTrend) {
  peers_.waves["waves/none"].set_name("waves/none");
  peers_.waves["waves/none"].set_snapshot("snapshots/s");
  SubmitTo(kWave, 0, 40, 4);
  Define();
  EXPECT_THAT(Compare({kWave, "waves/none"}), HasReason("TREND_BROKEN"));
  Judge("comparisons: [{former_question: execution, comparability: gone}]");
  EXPECT_THAT(Compare({kWave, "waves/later"}), HasReason("TREND_BROKEN"));
  Judge("comparisons: [{question: execution, former_question: other, comparability: same}]");
  EXPECT_THAT(Compare({kWave, "waves/later"}), HasReason("TREND_BROKEN"))
      << "under this id another question was asked";
}

TEST_F(TrendsTest, ADifferenceGivesNoHiddenFigureAway) {
  // Zeeland is schools 30 to 39; in the first wave only three of them answer.
  SubmitTo(kWave, 0, 33, 4);
  SubmitTo("waves/later", 0, 40, 2);
  Define();
  ASSERT_OK_AND_ASSIGN(const auto trend, Compare({kWave, "waves/later"}, false, "province"));
  int hidden = 0;
  for (const v1::Estimate& estimate : trend.tables(0).estimates()) {
    hidden += estimate.state() == v1::ESTIMATE_STATE_SUPPRESSED;
  }
  ASSERT_GT(hidden, 0) << trend.DebugString();
  for (const v1::Difference& difference : trend.steps(0).differences()) {
    for (const v1::Estimate& estimate : trend.tables(0).estimates()) {
      if (!std::equal(estimate.group().begin(), estimate.group().end(), difference.group().begin(),
                      difference.group().end()) ||
          estimate.state() != v1::ESTIMATE_STATE_SUPPRESSED) {
        continue;
      }
      EXPECT_EQ(difference.state(), v1::ESTIMATE_STATE_SUPPRESSED);
      EXPECT_FALSE(difference.has_unweighted_difference());
    }
  }
}

TEST_F(TrendsTest, RefusesWhatIsNoTrend) {
  Define();
  EXPECT_THAT(Compare({kWave}), HasReason("TOO_FEW"));
  EXPECT_THAT(Compare({kWave, kWave}), HasReason("WAVE_TWICE"));
  EXPECT_THAT(Compare({kWave, "waves/nothing"}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Compare({kWave, "waves/later"}, false, "colour"), HasReason("UNKNOWN_ATTRIBUTE"));
  ASSERT_OK(server_.Define("execution", Example("mr-consent")).status());
  server_.CatchUp();
  EXPECT_THAT(Compare({kWave, "waves/later"}), HasReason("NOT_APPLICABLE"));
}

}  // namespace
}  // namespace vg::indicators
