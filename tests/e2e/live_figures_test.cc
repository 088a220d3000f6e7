// From an answer that the survey's process acknowledged to the figures that the indicators' process
// sends, and the command that shows and exports them.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>

#include "common/grpc/status.h"
#include "common/testing/service_process.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "common/time/stopwatch.h"
#include "tests/e2e/suite_process.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::e2e {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace indicators = voortgang::indicators::v1;
namespace registry = voortgang::registry::v1;
namespace survey = voortgang::survey::v1;
using testing::HasSubstr;

constexpr char kBadly[] = "{id: badly, label: {nl: Slecht, en: Badly}}";

class LiveFiguresTest : public testing::Test {
 protected:
  std::vector<std::string> Flags(const std::vector<std::string>& peers) const {
    std::vector<std::string> flags = {"--data_dir=" + folder_.path()};
    for (const std::string& peer : peers) flags.push_back("--peers=" + peer);
    return flags;
  }
  // Runs the command against one of the processes.
  static std::string Run(const std::string& address, const std::vector<std::string>& arguments) {
    const CommandResult result = RunCommand(address, arguments);
    EXPECT_EQ(result.exit_code, 0) << result.output;
    return result.output;
  }

  // A version of the questionnaire, whose one question may be answered "well" or with `option`.
  void PublishQuestion(const std::string& label, const std::string& option) {
    Run(survey_.address(), {"survey", "publish", "--id", "q", folder_.Write("q.yaml", R"(
title: {nl: Vragen, en: Questions}
role: school_leader
sections:
  - title: {nl: Deel, en: Part}
    questions:
      - id: going
        label: )" + label + R"(
        single: {options: [{id: well, label: {nl: Goed, en: Well}}, )" + option + "]}\n")});
  }

  void SetUpProgramme() {
    std::string schools = "school,title,sector,municipality,province\n";
    for (int i = 0; i < 20; ++i) {
      absl::StrAppend(&schools, 10 + i, "AA00,De Brug,primary,344,Utrecht\n");
    }
    Run(registry_.address(), {"registry", "import", folder_.Write("schools.csv", schools), "--id",
                              "s", "--count-date", "2020-10-01"});
    PublishQuestion("{nl: Voortgang, en: Progress}", kBadly);
    Run(survey_.address(), {"survey", "open", "--id", "w", folder_.Write("w.yaml", R"(
title: {nl: Meting, en: Wave}
snapshot: snapshots/s
questionnaires: [{questionnaire_version: questionnaires/q/versions/1}]
open_time: 2022-01-13T00:00:00Z
close_time: 2100-01-01T00:00:00Z
)")});
    Run(indicators_.address(), {"indicators", "define", folder_.Write("going-well.yaml", R"(
title: {nl: Het gaat goed, en: It goes well}
unit: "%"
responses: {questionnaires: [questionnaires/q]}
proportion: {condition: "going == 'well'"}
)")});
  }

  void Submit(int school) {
    survey::SubmitResponseRequest request;
    survey::Response& response = *request.mutable_response();
    response.set_name(absl::StrCat("waves/w/responses/r", school));
    response.set_questionnaire_version("questionnaires/q/versions/1");
    response.set_unit(absl::StrCat("schools/", 10 + school, "AA00"));
    survey::Answer& answer = *response.add_answers();
    answer.set_question("going");
    answer.set_choice(school % 4 == 0 ? "badly" : "well");
    grpc::ClientContext context;
    EXPECT_OK(rpc::FromGrpcStatus(survey_.stub().SubmitResponse(&context, request, &response)));
  }

  const TempDir folder_;
  ServiceProcess<registry::RegistryService> registry_{"voortgang-registry", Flags({})};
  ServiceProcess<survey::SurveyService> survey_{"voortgang-survey",
                                                Flags({"registry=" + registry_.address()})};
  ServiceProcess<catalogue::CatalogueService> catalogue_{
      "voortgang-catalogue", Flags({"registry=" + registry_.address()})};
  ServiceProcess<indicators::IndicatorsService> indicators_{
      "voortgang-indicators",
      Flags({"registry=" + registry_.address(), "survey=" + survey_.address(),
             "catalogue=" + catalogue_.address()})};
};

TEST_F(LiveFiguresTest, WhoWatchesSeesWhatWasJustAnswered) {
  ASSERT_TRUE(registry_.answers() && survey_.answers() && catalogue_.answers() &&
              indicators_.answers());
  SetUpProgramme();
  for (int school = 0; school < 12; ++school) Submit(school);

  indicators::WatchEstimatesRequest request;
  request.mutable_query()->set_indicator("indicators/going-well");
  request.mutable_query()->set_wave("waves/w");
  request.mutable_query()->mutable_estimation();
  indicators::EstimateTable table;
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::ClientReader<indicators::EstimateTable>> reader;
  // The definition may still be folded from the beginning.
  ASSERT_TRUE(WaitUntil([&] {
    context = std::make_unique<grpc::ClientContext>();
    reader = indicators_.stub().WatchEstimates(context.get(), request);
    return reader->Read(&table);
  }));
  while (table.estimates(0).n() < 12) ASSERT_TRUE(reader->Read(&table));
  for (int school = 12; school < 20; ++school) {
    Submit(school);
    const Stopwatch since_acknowledged;
    ASSERT_TRUE(reader->Read(&table));
    EXPECT_EQ(table.estimates(0).n(), school + 1);
    RecordProperty(absl::StrCat("millis_", school),
                   static_cast<int>(absl::ToInt64Milliseconds(since_acknowledged.Elapsed())));
  }
  // Of a census that all answered.
  EXPECT_EQ(table.estimates(0).weighted().value(), 0.75);
  EXPECT_EQ(table.estimates(0).weighted().standard_error(), 0);
  context->TryCancel();

  const std::string watched = Run(
      indicators_.address(), {"indicators", "watch", "going-well", "--wave", "w", "--tables", "1"});
  EXPECT_THAT(watched, HasSubstr("It goes well, 20 changes folded"));
  EXPECT_THAT(watched, HasSubstr("75.0%"));
  const std::string file = folder_.File("figures.csv");
  Run(indicators_.address(),
      {"indicators", "export", "going-well", "--wave", "w", "--format", "sdmx-csv", "--out", file});
  EXPECT_THAT(ReadFile(file), HasSubstr(",I,going-well,w,_T,_T,_T,0.75,A,F,0,0.75,0.75,20,%\r\n"));
}

// The command tells which versions of a questionnaire a definition fits, and where in its file a
// formula is wrong.
TEST_F(LiveFiguresTest, WhoDefinesAnIndicatorIsToldWhichVersionsItFits) {
  SetUpProgramme();
  constexpr char kReworded[] = "{nl: Hoe het gaat, en: How it goes}";
  PublishQuestion(kReworded, kBadly);
  PublishQuestion(kReworded, "{id: fair, label: {nl: Matig, en: Fair}}");
  const std::string on = R"(
title: {nl: Het gaat slecht, en: It goes badly}
responses: {questionnaires: [questionnaires/q]}
)";
  const std::string output =
      Run(indicators_.address(),
          {"indicators", "define",
           folder_.Write("going-badly.yaml", on + "proportion: {condition: going == 'badly'}\n")});
  EXPECT_THAT(output, HasSubstr("Defined indicators/going-badly version 1"));
  EXPECT_THAT(output, testing::ContainsRegex("questionnaires/q/versions/3 +absent +.*'badly'"));
  EXPECT_THAT(output, testing::ContainsRegex("questionnaires/q/versions/2 +same"));
  EXPECT_THAT(output, testing::ContainsRegex("questionnaires/q/versions/1 +reworded +going: "));
  EXPECT_THAT(
      Run(indicators_.address(),
          {"indicators", "define",
           folder_.Write("going-well.yaml", on + "proportion: {condition: going == 'well'}\n")}),
      testing::ContainsRegex("questionnaires/q/versions/2 +broken +going: "));

  const CommandResult refused = RunCommand(
      indicators_.address(),
      {"indicators", "define",
       folder_.Write("bad.yaml", on + "proportion:\n  condition: going == 'well' && wether\n")});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.output, HasSubstr("line 5, column 33"));
}

}  // namespace
}  // namespace vg::e2e
