#include "services/survey/storage/wave_meter.h"

#include <gmock/gmock.h>

#include "services/survey/storage/test_responses.h"

namespace vg::survey {
namespace {

using ::testing::HasSubstr;

using WaveMeterTest = ResponseStoreTest;

TEST_P(WaveMeterTest, TellsOfEachWaveAndRoleHowManyAnswered) {
  metrics::Registry metrics;
  WaveMeter meter(waves_, metrics);
  ASSERT_OK(meter.Measure());
  constexpr char kResponded[] =
      "voortgang_survey_wave_units_responded{role=\"school leaders\",wave=\"w\"} ";
  EXPECT_THAT(metrics.Text(), HasSubstr(absl::StrCat(kResponded, 0)));

  Take({Make("r1", kSchool1, kLeaders, "d1"), Make("r2", kSchool2, kLeaders, "d2", true)});
  ASSERT_OK(meter.Measure());
  EXPECT_THAT(metrics.Text(), HasSubstr(absl::StrCat(kResponded, 1)));
  EXPECT_THAT(
      metrics.Text(),
      HasSubstr(absl::StrCat("voortgang_survey_wave_units{role=\"school leaders\",wave=\"w\"} ",
                             Progress(Role::kSchoolLeader).population_units)));
}

INSTANTIATE_TEST_SUITE_P(Backends, WaveMeterTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::survey
