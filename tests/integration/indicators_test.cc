// Indicators with the real registry, survey and catalogue in one process.

#include <string>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/test_suite.h"

namespace vg {
namespace {

constexpr int kSchools = 24;

std::string Code(int i) { return absl::StrCat(10 + i, "AA00"); }

class IndicatorsSuiteTest : public SuiteTest {
 protected:
  void ImportAll() {
    std::string file = "school,title,sector,municipality,province\n";
    for (int i = 0; i < kSchools; ++i) {
      absl::StrAppend(&file, Code(i), ",De Brug,primary,",
                      i < 12 ? "344,Utrecht\n" : "114,Drenthe\n");
    }
    ImportSchools(file);
  }

  void OpenWave() {
    PublishQuestionnaire("q", R"(
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
    Call<survey_v1::SurveyService>(&survey_v1::SurveyService::Stub::OpenWave, WaveOf("w", "q"));
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
};

TEST_F(IndicatorsSuiteTest, FiguresFollowTheOthersAndSurviveARestart) {
  ImportAll();
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
