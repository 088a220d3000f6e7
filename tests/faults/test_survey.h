// A small survey to load: one question to staff of a made-up country's schools.

#ifndef VG_TESTS_FAULTS_TEST_SURVEY_H_
#define VG_TESTS_FAULTS_TEST_SURVEY_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/grpc/client.h"
#include "common/testing/status_matchers.h"
#include "common/yaml/yaml.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::faults {

inline constexpr char kWave[] = "waves/w";
inline constexpr int kSchools = 500;

inline constexpr char kQuestionnaire[] = R"yaml(
questionnaire_id: staff
content:
  title: {nl: Vragenlijst}
  role: staff
  sections:
    - title: {nl: Alles}
      questions:
        - id: helps
          label: {nl: Helpt het}
          required: true
          single: {options: [{id: yes_it_does, label: {nl: Ja}}, {id: not_yet, label: {nl: Nee}}]}
)yaml";
inline constexpr char kOpenWave[] = R"yaml(
wave_id: w
wave:
  title: {nl: Meting}
  snapshot: snapshots/s
  questionnaires: [{questionnaire_version: questionnaires/staff/versions/1}]
  open_time: 2020-01-01T00:00:00Z
  close_time: 2099-01-01T00:00:00Z
)yaml";

template <typename Message>
Message Yaml(std::string_view text) {
  Message message;
  EXPECT_OK(ParseYaml(text, &message));
  return message;
}

using SurveyClient = rpc::Client<voortgang::survey::v1::SurveyService>;
using RegistryClient = rpc::Client<voortgang::registry::v1::RegistryService>;

// Publishes the questionnaire and opens the wave over "snapshots/s".
inline void OpenTestSurvey(const SurveyClient& survey) {
  namespace v1 = voortgang::survey::v1;
  using Stub = v1::SurveyService::Stub;
  ASSERT_OK(survey.Call(&Stub::PublishQuestionnaire,
                        Yaml<v1::PublishQuestionnaireRequest>(kQuestionnaire)));
  ASSERT_OK(survey.Call(&Stub::OpenWave, Yaml<v1::OpenWaveRequest>(kOpenWave), absl::Seconds(30)));
}

// The first schools of the snapshot.
inline voortgang::registry::v1::ListSchoolsResponse TestSchools(const RegistryClient& registry) {
  namespace v1 = voortgang::registry::v1;
  v1::ListSchoolsRequest list;
  list.set_parent("snapshots/s");
  list.set_page_size(kSchools);
  auto schools = registry.Call(&v1::RegistryService::Stub::ListSchools, list);
  EXPECT_OK(schools);
  EXPECT_EQ(schools->schools_size(), kSchools);
  return *std::move(schools);
}

inline std::string TestResponseName(int64_t number) {
  return absl::StrCat(kWave, "/responses/s", number);
}

// Submits response `number` of somebody at `school` ("schools/16SW03"): a third says yes.
inline absl::Status SubmitTestResponse(const SurveyClient& survey, int64_t number,
                                       const std::string& school) {
  namespace v1 = voortgang::survey::v1;
  v1::SubmitResponseRequest request;
  v1::Response& response = *request.mutable_response();
  response.set_name(TestResponseName(number));
  response.set_questionnaire_version("questionnaires/staff/versions/1");
  response.set_unit(school);
  v1::Answer& answer = *response.add_answers();
  answer.set_question("helps");
  answer.set_choice(number % 3 == 0 ? "yes_it_does" : "not_yet");
  return survey.Call(&v1::SurveyService::Stub::SubmitResponse, request).status();
}

// Whether a response is there.
inline absl::Status FindTestResponse(const SurveyClient& survey, const std::string& name) {
  namespace v1 = voortgang::survey::v1;
  v1::GetResponseRequest request;
  request.set_name(name);
  return survey.Call(&v1::SurveyService::Stub::GetResponse, request).status();
}

// How many complete responses the wave has.
inline int64_t CountTestResponses(const SurveyClient& survey) {
  namespace v1 = voortgang::survey::v1;
  v1::GetWaveProgressRequest request;
  request.set_name(kWave);
  const auto progress = survey.Call(&v1::SurveyService::Stub::GetWaveProgress, request);
  EXPECT_OK(progress);
  return progress.ok() && progress->roles_size() == 1 ? progress->roles(0).complete_responses()
                                                      : -1;
}

}  // namespace vg::faults

#endif  // VG_TESTS_FAULTS_TEST_SURVEY_H_
