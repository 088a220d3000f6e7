#include "services/survey/domain/sample.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/survey/domain/frame.h"

namespace vg::survey {
namespace {

Wave TheWave() {
  Wave wave;
  wave.id = "w";
  wave.snapshot = "snapshots/s";
  wave.questionnaires = {{"po", 1, {Sector::kPrimary}, Role::kSchoolLeader},
                         {"staff", 1, {}, Role::kStaff}};
  return wave;
}

std::vector<Unit> Units() {
  return {{"boards/1", Sector::kNone},
          {"schools/A", Sector::kPrimary, {{"region", "north"}, {"sector", "primary"}}},
          {"schools/B", Sector::kPrimary},
          {"schools/C", Sector::kPrimary},
          {"schools/D", Sector::kSecondary}};
}

// Two of five boards in stratum 1, one of one in stratum 2; then schools.
Sample TwoStages() {
  return {Role::kSchoolLeader,
          "Two stages",
          {{"schools/A", "1", {{"boards/1", 5}, {"", 2}}, Exact(5), {}},
           {"schools/B", "1", {{"boards/2", 5}, {"", 4}}, Exact(10), {}},
           {"schools/C", "2", {{"boards/3", 1}, {"", 3}}, Exact(3), {}}}};
}

absl::Status Check(const Sample& sample) {
  return CheckSample(sample, Frame(TheWave(), Units()), "samples[0]");
}

TEST(CheckSampleTest, TakesASampleThatHoldsTogether) { EXPECT_OK(Check(TwoStages())); }

TEST(CheckSampleTest, RefusesUnitsThatTheRoleIsNotAskedAbout) {
  Sample sample = TwoStages();
  sample.units[1].unit = "schools/X";
  EXPECT_THAT(Check(sample), HasReason("UNKNOWN_UNIT"));
  EXPECT_THAT(Check(sample), HasViolation("samples[0].units[1].unit"));
  sample.units[1].unit = "boards/1";
  EXPECT_THAT(Check(sample), HasReason("WRONG_UNIT"));
  sample.units[1].unit = "schools/D";
  EXPECT_THAT(Check(sample), HasReason("WRONG_UNIT"));
  sample.units[1].unit = "schools/A";
  EXPECT_THAT(Check(sample), HasReason("SAMPLED_TWICE"));
}

TEST(CheckSampleTest, RefusesAWeightThatIsNotAboveNought) {
  Sample sample = TwoStages();
  sample.units[2].weight = Exact(0);
  EXPECT_THAT(Check(sample), HasReason("BAD_WEIGHT"));
  EXPECT_THAT(Check(sample), HasViolation("samples[0].units[2].weight"));
}

TEST(CheckSampleTest, RefusesStagesThatDiffer) {
  Sample sample = TwoStages();
  sample.units[1].stages.pop_back();
  EXPECT_THAT(Check(sample), HasReason("STAGES_DIFFER"));
}

TEST(CheckSampleTest, RefusesAClusterInTwoStrata) {
  Sample sample = TwoStages();
  sample.units[2].stages[0] = {"boards/1", 5};
  EXPECT_THAT(Check(sample), HasReason("CLUSTER_IN_TWO_STRATA"));
}

TEST(CheckSampleTest, RefusesTwoSizesOfOneStratumOrCluster) {
  Sample sample = TwoStages();
  sample.units[1].stages[0].population_size = 6;
  EXPECT_THAT(Check(sample), HasReason("SIZES_DIFFER"));
  EXPECT_THAT(Check(sample), HasViolation("samples[0].units[1].stages[0].population_size"));
}

TEST(CheckSampleTest, RefusesAPopulationSmallerThanWhatWasDrawnFromIt) {
  Sample sample = TwoStages();
  sample.units[0].stages[0].population_size = 1;
  sample.units[1].stages[0].population_size = 1;
  EXPECT_THAT(Check(sample), HasReason("POPULATION_TOO_SMALL"));
  sample = TwoStages();
  sample.units[1].stages = {{"boards/1", 5}, {"", 1}};
  sample.units[0].stages = {{"boards/1", 5}, {"", 1}};
  EXPECT_THAT(Check(sample), HasReason("POPULATION_TOO_SMALL"));
}

TEST(CheckSampleTest, RefusesAttributesWithNamesOfTheRegister) {
  Sample sample = TwoStages();
  sample.units[0].attributes = {{"quality", "high"}};
  EXPECT_OK(Check(sample));
  for (const char* const name : {"province", "stratum", "region"}) {
    sample.units[0].attributes = {{name, "x"}};
    EXPECT_THAT(Check(sample), HasReason("RESERVED_NAME")) << name;
  }
  sample.units[0].attributes = {{"Not a name", "x"}};
  EXPECT_THAT(Check(sample), HasReason("MALFORMED"));
}

TEST(SummarizeTest, AddsUpAndDigestsWhateverTheOrder) {
  Sample sample = TwoStages();
  const SampleSummary summary = Summarize(sample);
  EXPECT_EQ(summary.units, 3);
  EXPECT_EQ(summary.strata, 2);
  EXPECT_EQ(summary.stages, 2);
  EXPECT_EQ(summary.weight, Exact(18));
  std::reverse(sample.units.begin(), sample.units.end());
  EXPECT_EQ(Summarize(sample).digest, summary.digest);
  // The last stage draws the unit itself, named or not.
  sample.units[0].stages[1].cluster = sample.units[0].unit;
  EXPECT_EQ(Summarize(sample).digest, summary.digest);
  sample.units[0].stages[1].population_size = 4;
  EXPECT_NE(Summarize(sample).digest, summary.digest);
}

TEST(FrameTest, AsksARoleWithASampleAboutNobodyElse) {
  Sample sample = TwoStages();
  sample.units[0].attributes = {{"quality", "high"}};
  const Frame frame(TheWave(), Units(), {sample});
  EXPECT_THAT(frame.Match("questionnaires/po/versions/1", "schools/A"), IsOkAndHolds(0));
  EXPECT_THAT(frame.Match("questionnaires/staff/versions/1", "schools/D"), IsOkAndHolds(1));
  sample.units.pop_back();
  const Frame smaller(TheWave(), Units(), {sample});
  EXPECT_THAT(smaller.Match("questionnaires/po/versions/1", "schools/C"),
              HasReason("NOT_IN_SAMPLE"));
  EXPECT_THAT(smaller.Match("questionnaires/staff/versions/1", "schools/C"), IsOkAndHolds(1));
  EXPECT_THAT(smaller.CheckAsked("schools/C", Role::kSchoolLeader, "unit"),
              HasReason("NOT_IN_SAMPLE"));
  EXPECT_EQ(smaller.UnitsOf(Role::kSchoolLeader).size(), 2u);
  EXPECT_EQ(smaller.UnitsOf(Role::kStaff).size(), 4u);
}

TEST(FrameTest, KnowsWhatASampleSaysOfItsUnits) {
  Sample sample = TwoStages();
  sample.units[0].attributes = {{"quality", "high"}};
  const Frame frame(TheWave(), Units(), {sample});
  const Unit* const leader = frame.Find("schools/A", Role::kSchoolLeader);
  ASSERT_NE(leader, nullptr);
  EXPECT_EQ(ValueOf(leader->attributes, "stratum"), "1");
  EXPECT_EQ(ValueOf(leader->attributes, "quality"), "high");
  EXPECT_EQ(ValueOf(leader->attributes, "sector"), "primary");
  EXPECT_EQ(frame.Weight("schools/A", Role::kSchoolLeader), Exact(5));
  const Unit* const staff = frame.Find("schools/A", Role::kStaff);
  ASSERT_NE(staff, nullptr);
  EXPECT_EQ(ValueOf(staff->attributes, "stratum"), "");
  EXPECT_EQ(frame.Weight("schools/A", Role::kStaff), Exact(1));
}

}  // namespace
}  // namespace vg::survey
