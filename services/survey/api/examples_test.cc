// The questionnaires and the wave of deploy/examples, read as people write them.

#include <gmock/gmock.h>

#include "common/testing/places.h"
#include "common/testing/temp_dir.h"
#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ExamplesTest = SurveyTest;

TEST_F(ExamplesTest, PublishAndOpenAsTheyAre) {
  for (const char* const id : {"school-leaders", "staff", "boards", "municipalities"}) {
    const std::string text =
        ReadFile(SourcePath(absl::StrCat("deploy/examples/questionnaires/", id, ".yaml")));
    ASSERT_OK_AND_ASSIGN(const auto published, Publish(id, FromYaml<v1::Questionnaire>(text)));
    EXPECT_EQ(published.name(), absl::StrCat("questionnaires/", id, "/versions/1"));
  }
  v1::OpenWaveRequest request;
  request.set_wave_id("2022-winter");
  *request.mutable_wave() =
      FromYaml<v1::Wave>(ReadFile(SourcePath("deploy/examples/waves/2022-winter.yaml")));
  request.mutable_wave()->set_snapshot("snapshots/2021");
  ASSERT_OK_AND_ASSIGN(const v1::Wave wave, Call(&Stub::OpenWave, request));
  EXPECT_EQ(wave.questionnaires_size(), 4);
}

}  // namespace
}  // namespace vg::survey
