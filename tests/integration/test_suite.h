// The real registry, survey, catalogue and indicators in one process: for tests of what they do
// together.

#ifndef VG_TESTS_INTEGRATION_TEST_SUITE_H_
#define VG_TESTS_INTEGRATION_TEST_SUITE_H_

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "common/app/server.h"
#include "common/grpc/client.h"
#include "common/grpc/status.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "common/yaml/yaml.h"
#include "services/catalogue/wiring.h"
#include "services/indicators/wiring.h"
#include "services/registry/wiring.h"
#include "services/survey/wiring.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg {

namespace v1 = voortgang::indicators::v1;
namespace catalogue_v1 = voortgang::catalogue::v1;
namespace registry_v1 = voortgang::registry::v1;
namespace survey_v1 = voortgang::survey::v1;

inline absl::StatusOr<Modules> MakeAll(Platform& platform) {
  Modules modules;
  ASSIGN_OR_RETURN(modules.emplace_back(), registry::MakeRegistry(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), survey::MakeSurvey(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), catalogue::MakeCatalogue(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), indicators::MakeIndicators(platform));
  return modules;
}

template <typename Message>
inline Message Yaml(std::string_view text) {
  Message message;
  EXPECT_OK(ParseYaml(text, &message));
  return message;
}

class SuiteTest : public testing::Test {
 protected:
  SuiteTest() { Start(); }

  void Start() {
    ServerOptions options = TestServerOptions();
    options.data_dir = folder_.path();
    absl::StatusOr<std::unique_ptr<AppServer>> started = AppServer::Start(options, MakeAll);
    EXPECT_THAT(started, IsOk());
    server_ = *std::move(started);
  }

  template <typename Service, typename Request, typename Response>
  Response Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                const Request& request) {
    absl::StatusOr<Response> response =
        rpc::Client<Service>(server_->Channel()).Call(method, request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? *std::move(response) : Response();
  }

  // Imports one file of plain schools as snapshots/s1.
  void ImportSchools(const std::string& file) {
    const auto stub = registry_v1::RegistryService::NewStub(server_->Channel());
    grpc::ClientContext context;
    const auto stream = stub->ImportSnapshot(&context);
    registry_v1::ImportSnapshotRequest request;
    *request.mutable_plan() = Yaml<registry_v1::ImportPlan>(
        "snapshot_id: s1\ncount_date: {year: 2020, month: 10, day: 1}\n");
    stream->Write(request);
    request.mutable_chunk()->set_file_name("schools.csv");
    request.mutable_chunk()->set_data(file);
    stream->Write(request);
    stream->WritesDone();
    registry_v1::ImportSnapshotResponse response;
    while (stream->Read(&response)) {
    }
    EXPECT_OK(rpc::FromGrpcStatus(stream->Finish()));
  }

  void PublishQuestionnaire(const std::string& id, std::string_view yaml) {
    survey_v1::PublishQuestionnaireRequest publish;
    publish.set_questionnaire_id(id);
    *publish.mutable_content() = Yaml<survey_v1::Questionnaire>(yaml);
    Call<survey_v1::SurveyService>(&survey_v1::SurveyService::Stub::PublishQuestionnaire, publish);
  }

  // A wave that asks one questionnaire of the units of snapshots/s1.
  static survey_v1::OpenWaveRequest WaveOf(const std::string& id,
                                           const std::string& questionnaire) {
    survey_v1::OpenWaveRequest open;
    open.set_wave_id(id);
    survey_v1::Wave& wave = *open.mutable_wave();
    wave.mutable_title()->set_nl("Meting");
    wave.mutable_title()->set_en("Wave");
    wave.set_snapshot("snapshots/s1");
    wave.add_questionnaires()->set_questionnaire_version("questionnaires/" + questionnaire +
                                                         "/versions/1");
    wave.mutable_open_time()->set_seconds(1'500'000'000);
    wave.mutable_close_time()->set_seconds(4'000'000'000);
    return open;
  }

  void Define(const std::string& id, const std::string& rest) {
    v1::DefineIndicatorRequest define;
    define.set_indicator_id(id);
    *define.mutable_definition() =
        Yaml<v1::IndicatorDefinition>("title: {nl: Titel, en: Title}\n" + rest);
    Call<v1::IndicatorsService>(&v1::IndicatorsService::Stub::DefineIndicator, define);
  }

  void CatchUp() {
    EXPECT_TRUE(WaitUntil([this] {
      const auto state = Call<v1::IndicatorsService>(&v1::IndicatorsService::Stub::GetFoldState,
                                                     v1::GetFoldStateRequest());
      for (const v1::FeedFoldState& feed : state.feeds()) {
        if (feed.folded_count() != feed.head_count() || feed.backfilling_count() != 0) return false;
      }
      return state.feeds_size() == 2;
    }));
  }

  const TempDir folder_;
  std::unique_ptr<AppServer> server_;
};

}  // namespace vg

#endif  // VG_TESTS_INTEGRATION_TEST_SUITE_H_
