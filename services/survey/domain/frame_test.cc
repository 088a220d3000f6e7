#include "services/survey/domain/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::survey {
namespace {

const std::vector<Unit> kUnits = {
    {"boards/40740", Sector::kNone},
    {"schools/16SW03", Sector::kPrimary, {{"province", "Utrecht"}, {"sector", "primary"}}},
    {"schools/16SW04", Sector::kSecondary},
    {"schools/16SW05", Sector::kSecondary}};

Wave TheWave() {
  Wave wave;
  wave.id = "w";
  wave.snapshot = "snapshots/s";
  wave.questionnaires = {{"po", 2, {Sector::kPrimary}, Role::kSchoolLeader},
                         {"vo", 1, {Sector::kSecondary}, Role::kSchoolLeader},
                         {"staff", 1, {Sector::kSecondary}, Role::kStaff},
                         {"boards", 1, {}, Role::kBoard}};
  return wave;
}

TEST(FrameTest, MatchesAUnitWithTheQuestionnaireOfItsSector) {
  const Frame frame(TheWave(), kUnits);
  EXPECT_THAT(frame.Match("questionnaires/po/versions/2", "schools/16SW03"), IsOkAndHolds(0));
  EXPECT_THAT(frame.Match("questionnaires/vo/versions/1", "schools/16SW04"), IsOkAndHolds(1));
  EXPECT_THAT(frame.Match("questionnaires/boards/versions/1", "boards/40740"), IsOkAndHolds(3));
  EXPECT_THAT(frame.Match("questionnaires/po/versions/2", "schools/16SW04"),
              HasReason("WRONG_QUESTIONNAIRE"));
  EXPECT_THAT(frame.Match("questionnaires/po/versions/1", "schools/16SW03"),
              HasReason("WRONG_QUESTIONNAIRE"));
  EXPECT_THAT(frame.Match("questionnaires/boards/versions/1", "schools/16SW03"),
              HasReason("WRONG_UNIT"));
  EXPECT_THAT(frame.Match("questionnaires/po/versions/2", "schools/99XX99"),
              HasReason("UNKNOWN_UNIT"));
}

TEST(FrameTest, FindsAUnitWithWhatTheRegisterSaysOfIt) {
  const Frame frame(TheWave(), kUnits);
  const Unit* const unit = frame.Find("schools/16SW03");
  ASSERT_NE(unit, nullptr);
  EXPECT_EQ(unit->sector, Sector::kPrimary);
  EXPECT_EQ(ValueOf(unit->attributes, "province"), "Utrecht");
  EXPECT_EQ(ValueOf(unit->attributes, "board"), "");
  EXPECT_EQ(frame.Find("schools/99XX99"), nullptr);
}

TEST(FrameTest, FindsForARoleOnlyTheUnitsThatItIsAskedAbout) {
  const Frame frame(TheWave(), kUnits);
  EXPECT_NE(frame.Find("schools/16SW03", Role::kSchoolLeader), nullptr);
  EXPECT_EQ(frame.Find("schools/16SW03", Role::kStaff), nullptr);
  EXPECT_EQ(frame.Find("boards/40740", Role::kStaff), nullptr);
  EXPECT_EQ(frame.Find("boards/40740", Role::kMunicipality), nullptr);
}

}  // namespace
}  // namespace vg::survey
