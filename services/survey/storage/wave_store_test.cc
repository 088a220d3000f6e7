#include "services/survey/storage/wave_store.h"

#include <thread>

#include <gmock/gmock.h>

#include "services/survey/storage/test_store.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

std::string Encode(const Wave& wave) {
  return wave.id + ":" + wave.title.nl + ":" + wave.snapshot_digest;
}

class WaveStoreTest : public SurveyStoreTest {
 protected:
  absl::StatusOr<std::string> Open(const Wave& wave, const requests::Request& request = {}) {
    return waves_.Open(wave, TestUnits(), {}, request, kNoon, &Encode);
  }
};

TEST_P(WaveStoreTest, KeepsAWaveWithItsQuestionnairesAndUnits) {
  EXPECT_THAT(Open(TestWave()), IsOkAndHolds("w:Meting:digest"));
  ASSERT_OK_AND_ASSIGN(const StoredWave stored, waves_.Get("w"));
  EXPECT_EQ(stored.wave.open_time, TestWave().open_time);
  ASSERT_EQ(stored.wave.questionnaires.size(), 3u);
  EXPECT_EQ(stored.wave.questionnaires[0].version_name(), "questionnaires/leaders/versions/1");
  EXPECT_THAT(stored.wave.questionnaires[0].sectors,
              ElementsAre(Sector::kPrimary, Sector::kSecondary));
  EXPECT_EQ(stored.wave.questionnaires[2].role, Role::kBoard);
  ASSERT_OK_AND_ASSIGN(const auto units, waves_.Units(stored.number));
  EXPECT_EQ(units.size(), TestUnits().size());
  EXPECT_EQ(units[0], (Unit{"boards/40740", Sector::kNone}));
}

TEST_P(WaveStoreTest, KeepsWhatTheRegisterSaysOfAUnitToTheLetter) {
  const std::vector<Unit> units = {
      {"schools/16SW01",
       Sector::kPrimary,
       {{"7:odd", ":"}, {"denomination", "Rooms-Katholiek"}, {"province", "Fryslân"}}},
      {"schools/16SW02", Sector::kSecondary}};
  ASSERT_OK(waves_.Open(TestWave(), units, {}, {}, kNoon, &Encode));
  ASSERT_OK_AND_ASSIGN(const StoredWave stored, waves_.Get("w"));
  EXPECT_THAT(waves_.Units(stored.number), IsOkAndHolds(units));
}

TEST_P(WaveStoreTest, KeepsQuotasAndWhoMayAnswer) {
  Wave wave = TestWave();
  wave.questionnaires[1].access = Access::kInvited;
  wave.quotas = {{"north", Role::kStaff, {{"province", "Groningen"}, {"sector", "primary"}}, 50},
                 {"all", Role::kBoard, {}, 0}};
  ASSERT_OK(Open(wave));
  ASSERT_OK_AND_ASSIGN(const StoredWave stored, waves_.Get("w"));
  EXPECT_EQ(stored.wave.quotas, wave.quotas);
  EXPECT_EQ(stored.wave.questionnaires[0].access, Access::kAnybody);
  EXPECT_EQ(stored.wave.questionnaires[1].access, Access::kInvited);
  ASSERT_OK_AND_ASSIGN(const auto listed, waves_.List(std::nullopt, "", 2));
  EXPECT_EQ(listed[0].quotas, wave.quotas);
  wave.quotas[1].limit = 1;
  EXPECT_THAT(Open(wave), HasReason("WAVE_EXISTS"));
}

TEST_P(WaveStoreTest, AnswersTheSameWaveAgainAsItIsNow) {
  ASSERT_OK(Open(TestWave()));
  ASSERT_OK(waves_.Update(
      "w", {}, kNoon,
      [](const Wave& current) -> absl::StatusOr<Wave> {
        Wave changed = current;
        changed.title.nl = "Tweede meting";
        return changed;
      },
      &Encode));
  Wave again = TestWave();
  again.snapshot_digest = "not looked at";
  EXPECT_THAT(Open(again), IsOkAndHolds("w:Tweede meting:digest"));
}

TEST_P(WaveStoreTest, RefusesOtherContentUnderATakenId) {
  ASSERT_OK(Open(TestWave()));
  Wave other = TestWave();
  other.snapshot = "snapshots/2020";
  EXPECT_THAT(Open(other), HasReason("WAVE_EXISTS"));
}

TEST_P(WaveStoreTest, AnswersARepeatedRequestAsTheFirstTime) {
  const requests::Request request{.scope = "OpenWave", .request_id = "r1", .digest = "d"};
  EXPECT_THAT(Open(TestWave(), request), IsOkAndHolds("w:Meting:digest"));
  EXPECT_THAT(Open(TestWave("other"), request), IsOkAndHolds("w:Meting:digest"));
  EXPECT_THAT(Open(TestWave("other"), {.scope = "OpenWave", .request_id = "r1", .digest = "e"}),
              HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(waves_.Get("other"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(WaveStoreTest, LeavesAWaveAloneWhenTheChangeIsRefused) {
  ASSERT_OK(Open(TestWave()));
  EXPECT_THAT(
      waves_.Update(
          "w", {}, kNoon,
          [](const Wave&) -> absl::StatusOr<Wave> { return absl::AbortedError("no"); }, &Encode),
      StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(waves_.Update(
                  "nothing", {}, kNoon,
                  [](const Wave& wave) -> absl::StatusOr<Wave> { return wave; }, &Encode),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(WaveStoreTest, ListsTheNewestFirst) {
  for (const auto& [id, days] : {std::pair("a", 0), {"c", 2}, {"b", 2}, {"d", 1}}) {
    Wave wave = TestWave(id);
    wave.open_time += absl::Hours(24 * days);
    ASSERT_OK(Open(wave));
  }
  ASSERT_OK_AND_ASSIGN(auto page, waves_.List(std::nullopt, "", 2));
  EXPECT_THAT(page, ElementsAre(Field(&Wave::id, "b"), Field(&Wave::id, "c")));
  EXPECT_EQ(page[0].questionnaires.size(), 3u);
  ASSERT_OK_AND_ASSIGN(page, waves_.List(page.back().open_time, page.back().id, 3));
  EXPECT_THAT(page, ElementsAre(Field(&Wave::id, "d"), Field(&Wave::id, "a")));
}

TEST_P(WaveStoreTest, TellsThePopulationOfEveryRoleThatIsAsked) {
  ASSERT_OK(Open(TestWave()));
  ASSERT_OK_AND_ASSIGN(const auto progress, waves_.Progress("w"));
  ASSERT_EQ(progress.size(), 3u);
  EXPECT_EQ(progress[0].role, Role::kSchoolLeader);
  EXPECT_EQ(progress[0].population_units, 2);
  EXPECT_EQ(progress[1].population_units, 3);
  EXPECT_EQ(progress[2].population_units, 1);
  EXPECT_THAT(waves_.Progress("nothing"), StatusIs(absl::StatusCode::kNotFound));
}

INSTANTIATE_TEST_SUITE_P(Backends, WaveStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::survey
