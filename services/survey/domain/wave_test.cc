#include "services/survey/domain/wave.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

const absl::Time kOpen = absl::FromUnixSeconds(1'642'000'000);
const absl::Time kClose = kOpen + absl::Hours(24);

Wave MakeWave(std::vector<WaveQuestionnaire> questionnaires) {
  Wave wave;
  wave.id = "w";
  wave.title = {"Meting", ""};
  wave.snapshot = "snapshots/s";
  wave.questionnaires = std::move(questionnaires);
  wave.open_time = kOpen;
  wave.close_time = kClose;
  return wave;
}

const std::vector<Unit> kUnits = {{"schools/16SW03", Sector::kPrimary},
                                  {"schools/16SW04", Sector::kSecondary},
                                  {"schools/16SW05", Sector::kSecondary},
                                  {"boards/40740", Sector::kNone}};

TEST(CheckWaveTest, LetsOneRoleHaveQuestionnairesForDifferentSectors) {
  EXPECT_OK(
      CheckWave(MakeWave({{"po", 1, {Sector::kPrimary}, Role::kSchoolLeader},
                          {"vo", 1, {Sector::kSecondary, Sector::kSpecial}, Role::kSchoolLeader},
                          {"staff", 1, {}, Role::kStaff}}),
                ""));
}

TEST(CheckWaveTest, RefusesTwoQuestionnairesForTheSameRespondents) {
  EXPECT_THAT(
      CheckWave(MakeWave({{"a", 1, {Sector::kPrimary}, Role::kStaff}, {"b", 1, {}, Role::kStaff}}),
                "wave."),
      HasReason("ROLE_TAKEN_TWICE"));
  EXPECT_THAT(CheckWave(MakeWave({{"a", 1, {}, Role::kBoard}, {"b", 1, {}, Role::kBoard}}), ""),
              HasReason("ROLE_TAKEN_TWICE"));
}

TEST(CheckWaveTest, RefusesTwoVersionsOfAQuestionnaire) {
  EXPECT_THAT(CheckWave(MakeWave({{"a", 1, {Sector::kPrimary}, Role::kStaff},
                                  {"a", 2, {Sector::kSecondary}, Role::kStaff}}),
                        "wave."),
              HasViolation("wave.questionnaires[1].questionnaire_version"));
}

TEST(CheckWaveTest, RefusesATimeOfClosingThatDoesNotFollowTheOpening) {
  Wave wave = MakeWave({{"a", 1, {}, Role::kBoard}});
  wave.close_time = kOpen;
  EXPECT_THAT(CheckWave(wave, "wave."), HasReason("TIMES_REVERSED"));
  EXPECT_THAT(CheckWave(wave, "wave."), HasViolation("wave.close_time"));
}

TEST(CheckOpenTest, TakesAnswersFromTheOpeningUntilTheClosing) {
  const Wave wave = MakeWave({});
  EXPECT_THAT(CheckOpen(wave, kOpen - absl::Seconds(1)), HasReason("WAVE_NOT_OPEN"));
  EXPECT_OK(CheckOpen(wave, kOpen));
  EXPECT_OK(CheckOpen(wave, kClose - absl::Seconds(1)));
  EXPECT_THAT(CheckOpen(wave, kClose), HasReason("WAVE_CLOSED"));
}

TEST(FrameTest, MatchesAUnitWithTheQuestionnaireOfItsSector) {
  const Frame frame(MakeWave({{"po", 2, {Sector::kPrimary}, Role::kSchoolLeader},
                              {"vo", 1, {Sector::kSecondary}, Role::kSchoolLeader},
                              {"boards", 1, {}, Role::kBoard}}),
                    kUnits);
  EXPECT_THAT(frame.Match("questionnaires/po/versions/2", "schools/16SW03"), IsOkAndHolds(0));
  EXPECT_THAT(frame.Match("questionnaires/vo/versions/1", "schools/16SW04"), IsOkAndHolds(1));
  EXPECT_THAT(frame.Match("questionnaires/boards/versions/1", "boards/40740"), IsOkAndHolds(2));
  EXPECT_THAT(frame.Match("questionnaires/po/versions/2", "schools/16SW04"),
              HasReason("WRONG_QUESTIONNAIRE"));
  EXPECT_THAT(frame.Match("questionnaires/po/versions/1", "schools/16SW03"),
              HasReason("WRONG_QUESTIONNAIRE"));
  EXPECT_THAT(frame.Match("questionnaires/boards/versions/1", "schools/16SW03"),
              HasReason("WRONG_UNIT"));
  EXPECT_THAT(frame.Match("questionnaires/po/versions/2", "schools/99XX99"),
              HasReason("UNKNOWN_UNIT"));
}

TEST(CountPopulationTest, CountsTheUnitsThatAreAskedPerRole) {
  const Wave wave = MakeWave({{"vo", 1, {Sector::kSecondary}, Role::kSchoolLeader},
                              {"staff", 1, {}, Role::kStaff},
                              {"boards", 1, {}, Role::kBoard}});
  EXPECT_THAT(
      CountPopulation(wave, kUnits),
      ElementsAre(Pair(Role::kSchoolLeader, 2), Pair(Role::kStaff, 3), Pair(Role::kBoard, 1)));
}

TEST(OpeningDigestTest, TellsWavesApartByWhatTheCallerSays) {
  Wave wave = MakeWave({{"a", 1, {}, Role::kBoard}});
  const std::string digest = OpeningDigest(wave);
  wave.snapshot_digest = "filled in by the server";
  EXPECT_EQ(OpeningDigest(wave), digest);
  wave.questionnaires[0].version = 2;
  EXPECT_NE(OpeningDigest(wave), digest);
}

}  // namespace
}  // namespace vg::survey
