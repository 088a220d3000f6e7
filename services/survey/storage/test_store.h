// A database with the survey's tables and one open wave, for tests of the stores.

#ifndef VG_SERVICES_SURVEY_STORAGE_TEST_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_TEST_STORE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "common/feed/feed.h"
#include "common/requests/request_log.h"
#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/survey/storage/response_store.h"
#include "services/survey/storage/schema.h"
#include "services/survey/storage/wave_store.h"

namespace vg::survey {

inline const absl::Time kNoon =
    absl::FromCivil(absl::CivilHour(2022, 2, 1, 12), absl::UTCTimeZone());

// The places of the questionnaires of TestWave.
inline constexpr int kLeaders = 0;
inline constexpr int kStaff = 1;
inline constexpr int kBoards = 2;

inline Wave TestWave(std::string id = "w") {
  Wave wave;
  wave.id = std::move(id);
  wave.title = {"Meting", "Wave"};
  wave.snapshot = "snapshots/2021";
  wave.snapshot_digest = "digest";
  wave.questionnaires = {
      {"leaders", 1, {Sector::kPrimary, Sector::kSecondary}, Role::kSchoolLeader},
      {"staff", 2, {}, Role::kStaff},
      {"boards", 1, {}, Role::kBoard}};
  wave.open_time = kNoon - absl::Hours(24);
  wave.close_time = kNoon + absl::Hours(24 * 30);
  return wave;
}

inline std::vector<Unit> TestUnits() {
  return {{"schools/16SW01", Sector::kPrimary},
          {"schools/16SW02", Sector::kSecondary},
          {"schools/16SW03", Sector::kSpecial},
          {"boards/40740", Sector::kNone}};
}

class SurveyStoreTest : public ::testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override {
    ASSERT_OK(sql::Migrate(*database_, {kSchema, feed::kSchema, requests::kSchema}));
  }

  void OpenTestWave() {
    ASSERT_OK(waves_.Open(TestWave(), TestUnits(), {}, {}, kNoon, [](const Wave&) { return ""; }));
    ASSERT_OK_AND_ASSIGN(wave_, waves_.Get("w"));
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  WaveStore waves_{*database_};
  StoredWave wave_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_TEST_STORE_H_
