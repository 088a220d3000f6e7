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

TEST(OpeningDigestTest, CoversAccessAndQuotasAndIsAsBeforeWithoutThem) {
  Wave wave = MakeWave({{"a", 1, {}, Role::kBoard}});
  const std::string plain = OpeningDigest(wave);
  EXPECT_EQ(plain, "d5a428352cf1a1d1b2bfb16527f438d5a84dc52da687221ded5f7eb5712a6590");
  wave.questionnaires[0].access = Access::kInvited;
  const std::string invited = OpeningDigest(wave);
  EXPECT_NE(invited, plain);
  wave.quotas = {{"north", Role::kBoard, {{"province", "Groningen"}}, 10}};
  const std::string limited = OpeningDigest(wave);
  EXPECT_NE(limited, invited);
  wave.quotas[0].limit = 11;
  EXPECT_NE(OpeningDigest(wave), limited);
}

TEST(CheckWaveTest, RefusesQuotasThatLimitNobodyOrShareAnId) {
  Wave wave = MakeWave({{"a", 1, {}, Role::kBoard}});
  wave.quotas = {{"one", Role::kBoard, {}, 10}, {"two", Role::kBoard, {}, 10}};
  EXPECT_OK(CheckWave(wave, "wave."));
  wave.quotas[1].id = "one";
  EXPECT_THAT(CheckWave(wave, "wave."), HasReason("QUOTA_TWICE"));
  EXPECT_THAT(CheckWave(wave, "wave."), HasViolation("wave.quotas[1].id"));
  wave.quotas[1] = {"two", Role::kStaff, {}, 10};
  EXPECT_THAT(CheckWave(wave, "wave."), HasReason("ROLE_NOT_ASKED"));
}

}  // namespace
}  // namespace vg::survey
