// Indicators with the real registry, survey and catalogue in one process.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
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
namespace {

namespace v1 = voortgang::indicators::v1;
namespace catalogue_v1 = voortgang::catalogue::v1;
namespace registry_v1 = voortgang::registry::v1;
namespace survey_v1 = voortgang::survey::v1;

constexpr int kSchools = 24;

std::string Code(int i) { return absl::StrCat(10 + i, "AA00"); }

absl::StatusOr<Modules> MakeAll(Platform& platform) {
  Modules modules;
  ASSIGN_OR_RETURN(modules.emplace_back(), registry::MakeRegistry(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), survey::MakeSurvey(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), catalogue::MakeCatalogue(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), indicators::MakeIndicators(platform));
  return modules;
}

template <typename Message>
Message Yaml(std::string_view text) {
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

  void ImportSchools() {
    const auto stub = registry_v1::RegistryService::NewStub(server_->Channel());
    grpc::ClientContext context;
    const auto stream = stub->ImportSnapshot(&context);
    registry_v1::ImportSnapshotRequest request;
    *request.mutable_plan() = Yaml<registry_v1::ImportPlan>(
        "snapshot_id: s1\ncount_date: {year: 2020, month: 10, day: 1}\n");
    stream->Write(request);
    std::string file = "school,title,sector,municipality,province\n";
    for (int i = 0; i < kSchools; ++i) {
      absl::StrAppend(&file, Code(i), ",De Brug,primary,",
                      i < 12 ? "344,Utrecht\n" : "114,Drenthe\n");
    }
    request.mutable_chunk()->set_file_name("schools.csv");
    request.mutable_chunk()->set_data(file);
    stream->Write(request);
    stream->WritesDone();
    registry_v1::ImportSnapshotResponse response;
    while (stream->Read(&response)) {
    }
    EXPECT_OK(rpc::FromGrpcStatus(stream->Finish()));
  }

  void OpenWave() {
    survey_v1::PublishQuestionnaireRequest publish;
    publish.set_questionnaire_id("q");
    *publish.mutable_content() = Yaml<survey_v1::Questionnaire>(R"(
title: {nl: Vragen, en: Questions}
role: school_leader
sections:
  - title: {nl: Deel, en: Part}
    questions:
      - id: going
        label: {nl: Voortgang, en: Progress}
        single:
          options:
            - {id: well, label: {nl: Goed, en: Well}}
            - {id: badly, label: {nl: Slecht, en: Badly}}
)");
    Call<survey_v1::SurveyService>(&survey_v1::SurveyService::Stub::PublishQuestionnaire, publish);
    survey_v1::OpenWaveRequest open;
    open.set_wave_id("w");
    survey_v1::Wave& wave = *open.mutable_wave();
    wave.mutable_title()->set_nl("Meting");
    wave.mutable_title()->set_en("Wave");
    wave.set_snapshot("snapshots/s1");
    wave.add_questionnaires()->set_questionnaire_version("questionnaires/q/versions/1");
    wave.mutable_open_time()->set_seconds(1'500'000'000);
    wave.mutable_close_time()->set_seconds(4'000'000'000);
    Call<survey_v1::SurveyService>(&survey_v1::SurveyService::Stub::OpenWave, open);
  }

  void Submit(int school) {
    survey_v1::SubmitResponseRequest submit;
    survey_v1::Response& response = *submit.mutable_response();
    response.set_name(absl::StrCat("waves/w/responses/r", school));
    response.set_questionnaire_version("questionnaires/q/versions/1");
    response.set_unit("schools/" + Code(school));
    survey_v1::Answer& answer = *response.add_answers();
    answer.set_question("going");
    answer.set_choice(school % 3 == 0 ? "badly" : "well");
    Call<survey_v1::SurveyService>(&survey_v1::SurveyService::Stub::SubmitResponse, submit);
  }

  void FileProgramme(int school) {
    catalogue_v1::SubmitProgrammeRequest submit;
    catalogue_v1::Programme& programme = *submit.mutable_programme();
    programme.set_name(absl::StrCat("schools/", Code(school), "/programmes/2021-2022"));
    programme.set_menu_edition("menuEditions/2021-spring");
    programme.set_team_involvement(school % 2 == 0 ? catalogue_v1::INVOLVEMENT_DECIDED
                                                   : catalogue_v1::INVOLVEMENT_INFORMED);
    Call<catalogue_v1::CatalogueService>(&catalogue_v1::CatalogueService::Stub::SubmitProgramme,
                                         submit);
  }

  void PublishMenu() {
    catalogue_v1::PublishMenuEditionRequest request;
    request.set_menu_edition_id("2021-spring");
    *request.mutable_menu_edition() = Yaml<catalogue_v1::MenuEdition>(R"(
title: {nl: Menukaart}
start_date: {year: 2021, month: 5, day: 10}
categories: [{id: B, title: {nl: Inzet}}]
interventions: [{id: feedback, category: B, title: {nl: Feedback}}]
)");
    Call<catalogue_v1::CatalogueService>(&catalogue_v1::CatalogueService::Stub::PublishMenuEdition,
                                         request);
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

  // "12 of 24 | Drenthe 6 of 12 | Utrecht 6 of 12"
  std::string Table(const std::string& id, const std::string& wave) {
    v1::QueryEstimatesRequest query;
    query.set_indicator("indicators/" + id);
    query.set_wave(wave);
    query.set_snapshot("snapshots/s1");
    query.add_breakdowns("province");
    std::string text;
    const auto table =
        Call<v1::IndicatorsService>(&v1::IndicatorsService::Stub::QueryEstimates, query);
    for (const v1::Estimate& estimate : table.estimates()) {
      absl::StrAppend(&text, text.empty() ? "" : " | ",
                      estimate.group().empty() ? "" : estimate.group(0) + " ",
                      estimate.positive_count(), " of ", estimate.n());
    }
    return text;
  }

  const TempDir folder_;
  std::unique_ptr<AppServer> server_;
};

TEST_F(SuiteTest, FiguresFollowTheOthersAndSurviveARestart) {
  ImportSchools();
  OpenWave();
  PublishMenu();
  for (int i = 0; i < 12; ++i) Submit(i);
  Define("going",
         "responses: {questionnaires: [questionnaires/q]}\n"
         "proportion: {condition: \"going == 'well'\"}\n");
  Define("team",
         "programmes: {school_year: 2021-2022}\n"
         "proportion: {condition: \"team_involvement == 'decided'\"}\n");
  for (int i = 12; i < kSchools; ++i) Submit(i);
  for (int i = 0; i < kSchools; ++i) FileProgramme(i);
  CatchUp();
  EXPECT_EQ(Table("going", "waves/w"), "16 of 24 | Drenthe 8 of 12 | Utrecht 8 of 12");
  EXPECT_EQ(Table("team", ""), "12 of 24 | Drenthe 6 of 12 | Utrecht 6 of 12");

  survey_v1::WithdrawResponseRequest withdraw;
  withdraw.set_name("waves/w/responses/r0");
  Call<survey_v1::SurveyService>(&survey_v1::SurveyService::Stub::WithdrawResponse, withdraw);
  server_.reset();
  Start();
  CatchUp();
  EXPECT_EQ(Table("going", "waves/w"), "16 of 23 | Drenthe 8 of 12 | Utrecht 8 of 11");
}

}  // namespace
}  // namespace vg
