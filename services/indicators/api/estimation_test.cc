// Estimates for the population, through a real server.

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "services/indicators/api/test_service.h"

namespace vg::indicators {
namespace {

using ::testing::DoubleNear;

class EstimationTest : public IndicatorsServiceTest {
 protected:
  void Define() {
    ASSERT_OK(server_.Define("execution", Example("execution-well")).status());
    server_.CatchUp();
  }
  absl::StatusOr<v1::EstimateTable> Estimate(std::string_view options,
                                             const std::vector<std::string>& by = {},
                                             const std::string& wave = kWave) {
    v1::QueryEstimatesRequest request;
    request.set_indicator("indicators/execution");
    request.set_wave(wave);
    for (const std::string& each : by) request.add_breakdowns(each);
    *request.mutable_estimation() = Yaml<v1::EstimationOptions>(options);
    return server_.Query(request);
  }
  v1::WeightedEstimate Total(std::string_view options) {
    const absl::StatusOr<v1::EstimateTable> table = Estimate(options);
    EXPECT_THAT(table, IsOk());
    return table.ok() ? table->estimates(0).weighted() : v1::WeightedEstimate();
  }
  // A sample of every second school, drawn by province out of 30 and 10.
  void DrawSample(FakePeers& peers) {
    auto sample = std::make_shared<WaveSample>();
    sample->digest = "digest-of-sample";
    sample->attribute_names = {"stratum", "round"};
    for (int i = 0; i < kSchools; i += 2) {
      const bool utrecht = i < 30;
      WaveSample::Member& member = sample->members[School(i)];
      member.unit = {School(i), utrecht ? "U" : "Z", {{"", utrecht ? 30 : 10}}, 2};
      member.attributes = {{"stratum", utrecht ? "U" : "Z"}, {"round", i % 4 == 0 ? "1" : "2"}};
    }
    peers.samples[kWave] = sample;
    peers.waves[kWave].add_samples()->set_role(survey::ROLE_SCHOOL_LEADER);
  }
};

TEST_F(EstimationTest, ACensusThatAllAnswerHasNoErrorAndOthersHave) {
  SubmitLeaders(kSchools);
  Define();
  const v1::WeightedEstimate all = Total("{}");
  EXPECT_EQ(all.value(), 0.75);
  EXPECT_EQ(all.standard_error(), 0);
  EXPECT_EQ(all.lower(), 0.75);
  EXPECT_EQ(all.total(), 30);
  EXPECT_EQ(all.population_units(), 40);
  Withdraw(Leader(0, "badly"));
  Withdraw(Leader(1, "well"));
  server_.CatchUp();
  const v1::WeightedEstimate most = Total("{}");
  EXPECT_THAT(most.value(), DoubleNear(29.0 / 38, 1e-12));
  EXPECT_THAT(most.population_units(), DoubleNear(40, 1e-9));
  // √((1 − n/N) s²/n) with s² = p q n/(n − 1).
  const double p = 29.0 / 38;
  EXPECT_THAT(most.standard_error(), DoubleNear(std::sqrt(2.0 / 40 * p * (1 - p) / 37), 1e-12));
  EXPECT_GT(most.lower(), 0);
  EXPECT_LT(most.upper(), 1);
  EXPECT_EQ(most.interval_method(), v1::INTERVAL_METHOD_LOGIT);
}

// R: svycontrast(svyby(~y, ~g, svydesign(~1, fpc = ~N), svymean, covmat = TRUE), c(-1, 1)).
TEST_F(EstimationTest, GroupsAreHeldAgainstAReferenceGroupAsRDoes) {
  SubmitLeaders(36);
  Define();
  ASSERT_OK_AND_ASSIGN(const auto table, Estimate("{reference_group: [Utrecht]}", {"province"}));
  ASSERT_EQ(table.estimates_size(), 3);
  EXPECT_FALSE(table.estimates(0).weighted().has_difference());
  EXPECT_FALSE(table.estimates(1).weighted().has_difference());
  const v1::WeightedDifference& zeeland = table.estimates(2).weighted().difference();
  EXPECT_THAT(zeeland.difference(), DoubleNear(0.1, 1e-12));
  EXPECT_THAT(zeeland.standard_error(), DoubleNear(0.0552397372498147, 1e-12));
  EXPECT_EQ(zeeland.degrees_of_freedom(), 35);
  EXPECT_THAT(zeeland.lower(), DoubleNear(-0.0121426285453, 1e-9));
  EXPECT_THAT(zeeland.upper(), DoubleNear(0.212142628545, 1e-9));
  EXPECT_THAT(zeeland.p_value(), DoubleNear(0.0788433319892, 1e-9));
  ASSERT_OK_AND_ASSIGN(
      const auto replicated,
      Estimate("{reference_group: [Utrecht], variance_method: jackknife}", {"province"}));
  EXPECT_THAT(replicated.estimates(2).weighted().difference().standard_error(),
              DoubleNear(zeeland.standard_error(), 0.01));

  EXPECT_THAT(Estimate("{reference_group: [Drenthe]}", {"province"}), HasReason("UNKNOWN_GROUP"));
  EXPECT_THAT(Estimate("{reference_group: [Utrecht]}"), HasReason("UNKNOWN_GROUP"));
}

TEST_F(EstimationTest, WithoutOptionsNothingIsEstimated) {
  SubmitLeaders(kSchools);
  Define();
  ASSERT_OK_AND_ASSIGN(const auto table, server_.Query("execution"));
  EXPECT_FALSE(table.estimates(0).has_weighted());
  EXPECT_FALSE(table.has_estimation());
}

TEST_F(EstimationTest, TheSampleOfTheWaveIsTheDesign) {
  DrawSample(peers_);
  for (int i = 0; i < kSchools; i += 2) Submit(Leader(i, i % 4 == 0 ? "badly" : "well"));
  Define();
  ASSERT_OK_AND_ASSIGN(const auto table, Estimate("{}", {"stratum", "round"}));
  EXPECT_EQ(table.estimation().design(), v1::DESIGN_SAMPLE);
  EXPECT_EQ(table.estimation().sample_digest(), "digest-of-sample");
  EXPECT_EQ(table.estimation().degrees_of_freedom(), 18);
  EXPECT_EQ(table.estimates(0).weighted().population_size(), 40);
  EXPECT_GT(table.estimates(0).weighted().standard_error(), 0);
  EXPECT_THAT(Estimate("{}", {"colour"}), HasReason("UNKNOWN_ATTRIBUTE"));
  EXPECT_EQ(Total("{design: unweighted}").population_size(), 20);
  EXPECT_EQ(Total("{design: census}").population_size(), 40);
}

TEST_F(EstimationTest, WhoIsSilentIsStoodForInTheirStratum) {
  DrawSample(peers_);
  // All of Zeeland's five, ten of Utrecht's fifteen.
  for (int i = 0; i < kSchools; i += 2) {
    if (i < 20 || i >= 30) Submit(Leader(i, i == 30 || i == 32 ? "well" : "badly"));
  }
  Define();
  const v1::WeightedEstimate told = Total("{}");
  EXPECT_THAT(told.population_size(), DoubleNear(40, 1e-9));
  EXPECT_THAT(told.value(), DoubleNear(0.1, 1e-12));
}

TEST_F(EstimationTest, CalibratesToTheRegister) {
  // All of Zeeland, half of Utrecht.
  for (int i = 0; i < kSchools; ++i) {
    if (i % 2 == 0 || i >= 30) Submit(Leader(i, i >= 30 ? "badly" : i % 4 == 0 ? "well" : "badly"));
  }
  Define();
  ASSERT_OK_AND_ASSIGN(
      const auto table,
      Estimate("{calibration: {margins: [province]}, test_attributes: [province]}", {"province"}));
  EXPECT_THAT(table.estimates(1).weighted().population_units(), DoubleNear(30, 1e-8));
  EXPECT_THAT(table.estimates(2).weighted().population_units(), DoubleNear(10, 1e-8));
  EXPECT_THAT(table.estimates(0).weighted().value(), DoubleNear(8.0 / 15 * 0.75, 1e-9));
  EXPECT_EQ(table.estimation().calibration().method(), v1::CALIBRATION_METHOD_RAKING);
  EXPECT_GT(table.estimation().calibration().iterations(), 0);
  EXPECT_EQ(table.estimation().calibration().total_count(), 2);
  EXPECT_THAT(table.estimation().weights().sum(), DoubleNear(40, 1e-8));
  ASSERT_EQ(table.estimation().tests_size(), 1);
  EXPECT_EQ(table.estimation().tests(0).classes(0).name(), "Utrecht");
  EXPECT_EQ(table.estimation().tests(0).classes(0).answered(), 15);
  EXPECT_EQ(table.estimation().tests(0).degrees_of_freedom(), 1);
}

// Zeeland is schools 30 to 39, of which three answer: it is hidden, and Utrecht beside it.
TEST_F(EstimationTest, AHiddenFigureHasNoEstimate) {
  for (int i = 0; i < 33; ++i) Submit(Leader(i, i % 4 == 0 ? "badly" : "well"));
  Define();
  for (const char* options : {"{}", "{variance_method: jackknife, test_attributes: [province]}"}) {
    ASSERT_OK_AND_ASSIGN(const auto table, Estimate(options, {"province"}));
    int hidden = 0;
    for (const v1::Estimate& estimate : table.estimates()) {
      if (estimate.state() != v1::ESTIMATE_STATE_SUPPRESSED) continue;
      ++hidden;
      EXPECT_FALSE(estimate.has_weighted()) << options;
    }
    EXPECT_GT(hidden, 0) << options;
    EXPECT_TRUE(table.estimates(0).has_weighted());
    EXPECT_EQ(table.estimation().tests_size(), 0) << "it would tell how many answered";
  }
}

// The sum, and the sum of both provinces times their weights, would tell both.
TEST_F(EstimationTest, WeightsDoNotGiveHiddenGroupsAway) {
  for (int i = 0; i < 33; ++i) Submit(Leader(i, i % 4 == 0 ? "badly" : "well"));
  Define();
  for (const char* options :
       {"{strata: [province]}", "{calibration: {margins: [province]}}",
        "{calibration: {method: post_stratification, margins: [province, sector]}}"}) {
    ASSERT_OK_AND_ASSIGN(const auto table, Estimate(options));
    EXPECT_TRUE(table.estimation().withheld()) << options;
    EXPECT_FALSE(table.estimates(0).has_weighted()) << options;
    EXPECT_FALSE(table.estimation().has_weights()) << options;
  }
  ASSERT_OK_AND_ASSIGN(const auto table, Estimate("{}"));
  EXPECT_FALSE(table.estimation().withheld());
}

TEST_F(EstimationTest, RefusesWhatCannotBeEstimatedByName) {
  for (int i = 0; i < 31; ++i) Submit(Leader(i, i % 4 == 0 ? "badly" : "well"));
  Define();
  EXPECT_THAT(Estimate("{design: sample}"), HasReason("NO_SAMPLE"));
  EXPECT_THAT(Estimate("{strata: [province]}"), HasReason("LONELY_STRATUM"));
  EXPECT_THAT(Estimate("{strata: [province], lonely_stratum: remove}"), IsOk());
  EXPECT_THAT(Estimate("{strata: [colour]}"), HasReason("UNKNOWN_ATTRIBUTE"));
  EXPECT_THAT(Estimate("{strata: [pupils]}"), HasReason("UNKNOWN_ATTRIBUTE"));
  EXPECT_THAT(Estimate("{strata: [sector, sector]}"), HasReason("ATTRIBUTE_TWICE"));
  EXPECT_THAT(Estimate("{design: unweighted, strata: [sector]}"), HasReason("NOT_APPLICABLE"));
  EXPECT_THAT(Estimate("{confidence_level: 95}"), HasReason("OUT_OF_RANGE"));
  EXPECT_THAT(Estimate("{trim_weights_above: 0.5}"), HasReason("OUT_OF_RANGE"));
  EXPECT_THAT(Estimate("{calibration: {margins: [colour]}}"), HasReason("UNKNOWN_ATTRIBUTE"));
  EXPECT_THAT(Estimate("{calibration: {margins: []}}"), HasReason("REQUIRED"));
  EXPECT_THAT(Estimate("{calibration: {method: logit, margins: [sector]}}"),
              HasReason("BAD_BOUNDS"));
  EXPECT_THAT(Estimate("{calibration: {margins: [province], upper_bound: 1.1, lower_bound: 0.9}}"),
              HasReason("NOT_CONVERGED"));
  EXPECT_THAT(
      Estimate("{calibration: {method: post_stratification, margins: [sector], upper_bound: 2}}"),
      HasReason("NOT_APPLICABLE"));
}

TEST_F(EstimationTest, AQuestionnaireOfPrimarySchoolsStandsForThoseOnly) {
  for (survey::WaveQuestionnaire& asked : *peers_.waves[kWave].mutable_questionnaires()) {
    asked.add_sectors(voortgang::type::v1::SECTOR_PRIMARY);
  }
  for (int i = 0; i < kSchools; ++i) {
    if (i % 10 != 0) Submit(Leader(i, i % 4 == 0 ? "badly" : "well"));
  }
  Define();
  EXPECT_EQ(Total("{}").population_units(), 36);
  EXPECT_EQ(Total("{}").standard_error(), 0);
}

TEST_F(EstimationTest, AChangeKnowsWhoAnsweredBoth) {
  survey::Wave& later = peers_.waves["waves/later"];
  later = peers_.waves[kWave];
  later.set_name("waves/later");
  // Thirty answer both: five that said badly now say well.
  for (int i = 0; i < 30; ++i) {
    Submit(Leader(i, i % 3 == 0 ? "badly" : "well"));
    survey::Response response = Leader(i, i % 3 == 0 && i % 2 == 0 ? "badly" : "well");
    response.set_name(absl::StrCat("waves/later/responses/leader-", i));
    Submit(response);
  }
  Define();
  v1::CompareWavesRequest request;
  request.set_indicator("indicators/execution");
  request.add_waves(kWave);
  request.add_waves("waves/later");
  request.mutable_estimation();
  ASSERT_OK_AND_ASSIGN(const auto comparison, server_.CompareWaves(request));
  ASSERT_EQ(comparison.steps(0).differences_size(), 1);
  const v1::WeightedDifference& told = comparison.steps(0).differences(0).weighted();
  EXPECT_THAT(told.difference(), DoubleNear(5.0 / 30, 1e-12));
  // The mean of thirty differences, five of which are 1.
  const double p = 5.0 / 30;
  EXPECT_THAT(told.standard_error(), DoubleNear(std::sqrt(0.25 * p * (1 - p) / 29), 1e-12));
  EXPECT_EQ(told.degrees_of_freedom(), 29);
  EXPECT_LT(told.p_value(), 0.001);
  EXPECT_LT(told.lower(), told.difference());
}

TEST_F(EstimationTest, ProgrammesStandForTheSchoolsOfTheSnapshot) {
  for (int i = 0; i < 30; ++i) {
    catalogue::ProgrammeChange change;
    change.mutable_after()->set_name(absl::StrCat(School(i), "/programmes/2021-2022"));
    change.mutable_after()->set_team_involvement(i % 3 == 0 ? catalogue::INVOLVEMENT_DECIDED
                                                            : catalogue::INVOLVEMENT_INFORMED);
    peers_.Append(kProgrammeFeed, School(i), change);
  }
  ASSERT_OK(server_
                .DefineYaml("team",
                            "title: {nl: Team, en: Team}\nprogrammes: {school_year: 2021-2022}\n"
                            "proportion: {condition: \"team_involvement == 'decided'\"}\n")
                .status());
  server_.CatchUp();
  v1::QueryEstimatesRequest request;
  request.set_indicator("indicators/team");
  request.set_snapshot("snapshots/s");
  request.mutable_estimation();
  ASSERT_OK_AND_ASSIGN(const auto table, server_.Query(request));
  EXPECT_THAT(table.estimates(0).weighted().population_units(), DoubleNear(40, 1e-9));
  EXPECT_THAT(table.estimates(0).weighted().value(), DoubleNear(1.0 / 3, 1e-12));
}

TEST_F(EstimationTest, ThreeAttributesMayBeCrossed) {
  SubmitLeaders(kSchools);
  Define();
  ASSERT_OK_AND_ASSIGN(const auto table, Estimate("{}", {"province", "sector", "size"}));
  for (const v1::Estimate& estimate : table.estimates()) {
    EXPECT_TRUE(estimate.group().empty() || estimate.group_size() == 3);
    EXPECT_EQ(estimate.has_weighted(), estimate.state() == v1::ESTIMATE_STATE_PUBLISHED);
  }
}

// Two members of staff of every school, who say 0 to 5 hours.
class StaffHoursTest : public EstimationTest {
 protected:
  StaffHoursTest() {
    for (int i = 0; i < 2 * kSchools; ++i) {
      survey::Response response;
      response.set_name(absl::StrCat(kWave, "/responses/staff-", i));
      response.set_questionnaire_version(kStaff);
      response.set_unit(School(i / 2));
      survey::Answer& answer = *response.add_answers();
      answer.set_question("hours");
      answer.mutable_number()->set_value(absl::StrCat(2 * (i % 2) + i / 2 % 4));
      Submit(response);
    }
  }
  absl::StatusOr<v1::EstimateTable> Measured(std::string_view measure, std::string_view options) {
    const std::string start =
        "title: {nl: Uren, en: Hours}\nunit: hours\n"
        "responses: {questionnaires: [questionnaires/staff]}\n";
    EXPECT_THAT(server_.DefineYaml("execution", start + std::string(measure)), IsOk());
    server_.CatchUp();
    return Estimate(options);
  }
};

TEST_F(StaffHoursTest, TotalsCountsAndRatiosComeOut) {
  const auto total = Measured("total: {value: hours}", "{}");
  ASSERT_THAT(total, IsOk());
  EXPECT_EQ(total->estimates(0).unweighted_value().value(), "200");
  EXPECT_EQ(total->estimates(0).weighted().value(), 200);
  EXPECT_EQ(total->estimates(0).weighted().standard_error(), 0);
  const auto count = Measured("filter: hours > 2\ncount: {}", "{}");
  EXPECT_EQ(count->estimates(0).unweighted_value().value(), "40");
  EXPECT_EQ(count->estimates(0).weighted().value(), 40);
  const auto ratio = Measured("ratio: {numerator: hours, denominator: hours + hours}", "{}");
  EXPECT_EQ(ratio->estimates(0).unweighted_value().value(), "0.5");
  EXPECT_EQ(ratio->estimates(0).weighted().value(), 0.5);
  EXPECT_EQ(ratio->estimates(0).weighted().population_size(), 80);
}

TEST_F(StaffHoursTest, QuantilesComeOutPerShareWithWoodruffsInterval) {
  const auto table = Measured(
      "quantiles: {value: hours, shares: [0.25, 0.5, 0.75], least: 0, greatest: 60}", "{}");
  ASSERT_THAT(table, IsOk());
  ASSERT_EQ(table->estimates_size(), 3);
  for (int i = 0; i < 3; ++i) {
    const v1::Estimate& estimate = table->estimates(i);
    EXPECT_EQ(estimate.category(), (std::vector<std::string>{"0.25", "0.5", "0.75"})[i]);
    EXPECT_EQ(estimate.unweighted_value().value(), absl::StrCat(i + 1));
    EXPECT_EQ(estimate.weighted().value(), i + 1);
    EXPECT_EQ(estimate.weighted().interval_method(), v1::INTERVAL_METHOD_WOODRUFF);
    EXPECT_EQ(estimate.weighted().lower(), i + 1);  // All answered.
    EXPECT_EQ(estimate.n(), 80);
  }
}

TEST_F(StaffHoursTest, ThoseWhoAnsweredStandForThePersonsOfTheirUnit) {
  const auto table = Measured("total: {value: hours}", "{respondents_attribute: staff}");
  ASSERT_THAT(table, IsOk());
  const v1::WeightedEstimate& weighted = table->estimates(0).weighted();
  EXPECT_EQ(weighted.value(), 800);
  EXPECT_EQ(weighted.population_size(), 320);
  // (1 − 2/8) 2/(2 − 1) 4² Σ(y − ȳ)² of 40 schools, in which the two are 2 apart.
  EXPECT_THAT(weighted.standard_error(), DoubleNear(std::sqrt(40 * 0.75 * 2 * 16 * 2), 1e-9));
  EXPECT_THAT(Estimate("{respondents_attribute: weather}"), HasReason("UNKNOWN_ATTRIBUTE"));
  EXPECT_THAT(Estimate("{respondents_attribute: province}"), HasReason("PERSONS_UNKNOWN"));
  EXPECT_THAT(Estimate("{respondents_attribute: staff, variance_method: jackknife}"),
              HasReason("NOT_APPLICABLE"));
}

TEST_F(StaffHoursTest, RefusesQuantilesThatCannotBeCounted) {
  const auto refused = [&](const std::string& rest) {
    return server_
        .DefineYaml("bad", absl::StrCat("title: {nl: T, en: T}\nunit: hours\nresponses: "
                                        "{questionnaires: [questionnaires/staff]}\nquantiles: "
                                        "{value: hours, ",
                                        rest, "}\n"))
        .status();
  };
  EXPECT_THAT(refused("least: 0, greatest: 1001"), HasViolation("definition.quantiles.greatest"));
  EXPECT_THAT(refused("least: 0.5, greatest: 60"), HasReason("NOT_A_STEP"));
  EXPECT_THAT(refused("least: 0, greatest: 60, step: 0"), HasReason("OUT_OF_RANGE"));
  EXPECT_THAT(refused("least: 0, greatest: 60, shares: [0.5, 0.25]"),
              HasViolation("definition.quantiles.shares[1]"));
  EXPECT_THAT(refused("least: 0, greatest: 60, shares: [1]"), HasReason("OUT_OF_RANGE"));
}

}  // namespace
}  // namespace vg::indicators
