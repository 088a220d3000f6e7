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

TEST_F(ExamplesTest, RecordLayoutsTellNotApplicableFromZero) {
  for (const char* const id : {"learning-growth", "school-careers"}) {
    const std::string text =
        ReadFile(SourcePath(absl::StrCat("deploy/examples/records/", id, ".yaml")));
    ASSERT_OK(Publish(id, FromYaml<v1::Questionnaire>(text)).status());
  }
  v1::OpenWaveRequest open;
  open.set_wave_id("results");
  *open.mutable_wave() = WaveRequest().wave();
  open.mutable_wave()->clear_questionnaires();
  const std::string careers = "questionnaires/school-careers/versions/1";
  open.mutable_wave()->add_questionnaires()->set_questionnaire_version(careers);
  ASSERT_OK(Call(&Stub::OpenWave, open));

  v1::SubmitResponseRequest submit;
  v1::Response& record = *submit.mutable_response();
  const auto answer = [&record](const char* question) -> v1::Answer& {
    v1::Answer& added = *record.add_answers();
    added.set_question(question);
    return added;
  };
  record.set_name("waves/results/responses/one");
  record.set_questionnaire_version(careers);
  record.set_unit("schools/16SW03");
  answer("school_year").set_choice("2019_2020");
  answer("advised").mutable_number()->set_value("48");
  answer("reconsidered").mutable_not_applicable()->set_reason("no_final_test");
  answer("adjusted").mutable_not_applicable()->set_reason("no_final_test");
  EXPECT_OK(Call(&Stub::SubmitResponse, submit));
  // A school has many records; pupils that were advised are always a number.
  record.set_name("waves/results/responses/two");
  record.mutable_answers(1)->mutable_not_applicable();
  EXPECT_THAT(Call(&Stub::SubmitResponse, submit).status(), HasReason("WRONG_TYPE"));
  record.mutable_answers(1)->mutable_number()->set_value("0");
  EXPECT_OK(Call(&Stub::SubmitResponse, submit));
}

}  // namespace
}  // namespace vg::survey
