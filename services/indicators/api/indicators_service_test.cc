#include "services/indicators/api/indicators_service.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "services/indicators/api/test_service.h"
#include "services/indicators/api/used_questions.h"

namespace vg::indicators {
namespace {

TEST_F(IndicatorsServiceTest, TakesInEveryExample) {
  int examples = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(SourcePath("deploy/examples/indicators"))) {
    const std::string id = entry.path().stem();
    EXPECT_THAT(server_.Define(id, Example(id)), IsOk()) << id;
    ++examples;
  }
  EXPECT_GE(examples, 15);
  server_.CatchUp();
  EXPECT_THAT(server_.Query("wellbeing-staff"), IsOk());
}

TEST_F(IndicatorsServiceTest, RefusesABadDefinitionWithThePlaceOfEveryFault) {
  const auto refused = [&](std::string_view yaml) {
    return server_
        .DefineYaml("bad", absl::StrCat("title: {nl: Titel, en: Title}\n", std::string(yaml)))
        .status();
  };
  const std::string leaders = "responses: {questionnaires: [questionnaires/school-leaders]}\n";
  const absl::Status both =
      refused(leaders + "filter: \"nothing == 'x'\"\nproportion: {condition: \"execution == \"}\n");
  EXPECT_THAT(both, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(both, HasReason("UNKNOWN_NAME"));
  EXPECT_THAT(both, HasReason("SYNTAX"));
  EXPECT_THAT(both, HasViolation("definition.filter"));
  EXPECT_THAT(DetailsOf(both).violations.at(1).sentence, testing::HasSubstr("line 1, column 1"));
  EXPECT_THAT(refused(leaders + "mean: {value: execution}\n"), HasReason("WRONG_TYPE"));
  EXPECT_THAT(refused(leaders), HasReason("NO_MEASURE"));
  EXPECT_THAT(refused("proportion: {condition: \"true\"}\n"), HasReason("NO_SOURCE"));
  EXPECT_THAT(refused("responses: {questionnaires: [questionnaires/none]}\n"
                      "proportion: {condition: \"true\"}\n"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(refused("responses: {questionnaires: [questionnaires/staff, "
                      "questionnaires/school-leaders]}\n"
                      "proportion: {condition: \"effect.wellbeing == 'positive'\"}\n"),
              HasReason("ROLES_DIFFER"));
}

// Four versions of what leaders are asked: in the first nobody is asked how it goes, and each later
// one changed the question.
TEST_F(IndicatorsServiceTest, ADefinitionIsHeldAgainstEveryPublishedVersion) {
  const std::string leaders = "questionnaires/school-leaders";
  const auto version = [&leaders](int number) {
    return absl::StrCat(leaders, "/versions/", number);
  };
  survey::QuestionnaireVersion asked = peers_.questionnaires[kLeaders];
  for (int number = 2; number <= 4; ++number) {
    asked.set_name(version(number));
    peers_.questionnaires[version(number)] = asked;
  }
  peers_.questionnaires[leaders + "/versions/latest"] = asked;
  *peers_.questionnaires[version(1)].mutable_content() = Yaml<survey::Questionnaire>(R"(
title: {nl: Vragen, en: Questions}
role: school_leader
sections:
  - title: {nl: Deel, en: Part}
    questions: [{id: classes, label: {nl: Klassen, en: Classes}, number: {}}]
)");
  const auto judge = [&](int number, const std::string& comparison) {
    peers_.comparisons[version(number) + " " + version(4)] =
        Yaml<survey::CompareQuestionnaireVersionsResponse>(
            "comparisons: [" + comparison + ", {question: goals, comparability: new}]");
  };
  judge(2,
        "{question: execution, former_question: execution, comparability: broken, "
        "note: {nl: Andere opties, en: Other options}}");
  judge(3, "{question: execution, former_question: execution, comparability: reworded}");

  const auto told = [&](const v1::Indicator& indicator) {
    std::vector<std::string> lines;
    for (const v1::VersionFit& fit : indicator.fits()) {
      lines.push_back(absl::StrCat(VersionNumber(fit.questionnaire_version()), " ",
                                   v1::DefinitionFit_Name(fit.fit()), " ", fit.reason()));
    }
    return lines;
  };
  ASSERT_OK_AND_ASSIGN(const v1::Indicator defined,
                       server_.Define("execution", Example("execution-well")));
  EXPECT_THAT(told(defined),
              testing::ElementsAre("4 DEFINITION_FIT_SAME ",
                                   "3 DEFINITION_FIT_REWORDED execution: other words",
                                   "2 DEFINITION_FIT_BROKEN execution: Other options",
                                   testing::AllOf(testing::StartsWith("1 DEFINITION_FIT_ABSENT"),
                                                  testing::HasSubstr("execution"))));
  EXPECT_EQ(defined.fits(1).compared_with(), version(4));
  ASSERT_EQ(defined.fits(1).questions_size(), 1);
  EXPECT_EQ(defined.fits(1).questions(0).question(), "execution");

  // Only the first version asks for classes: that is what there is to count, and it is told.
  ASSERT_OK_AND_ASSIGN(
      const v1::Indicator old,
      server_.DefineYaml("classes", "title: {nl: T, en: T}\nresponses: {questionnaires: [" +
                                        leaders + "]}\nproportion: {condition: classes > 3}\n"));
  EXPECT_EQ(old.fits(0).fit(), v1::DEFINITION_FIT_ABSENT);
  EXPECT_EQ(old.fits(3).fit(), v1::DEFINITION_FIT_SAME);
  EXPECT_THAT(old.fits(3).compared_with(), testing::IsEmpty());
  EXPECT_THAT(server_.DefineYaml("none", "title: {nl: T, en: T}\nresponses: {questionnaires: [" +
                                             leaders + "]}\nproportion: {condition: weather}\n"),
              HasReason("UNKNOWN_NAME"));
}

TEST_F(IndicatorsServiceTest, ARepeatedRequestHasTheSameAnswerAndAnotherUnderItsIdNone) {
  v1::DefineIndicatorRequest request;
  request.set_indicator_id("execution");
  *request.mutable_definition() = Example("execution-well");
  request.set_request_id("r1");
  ASSERT_OK_AND_ASSIGN(const v1::Indicator first, server_.Define(request));
  ASSERT_OK_AND_ASSIGN(const v1::Indicator again, server_.Define(request));
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  request.mutable_definition()->set_owner("Somebody else");
  EXPECT_THAT(server_.Define(request), HasReason("REQUEST_ID_REUSED"));
  request.set_request_id("r2");
  EXPECT_EQ(server_.Define(request)->version(), 2);
}

TEST_F(IndicatorsServiceTest, ValidatingDefinesNothing) {
  v1::DefineIndicatorRequest request;
  request.set_indicator_id("execution");
  *request.mutable_definition() = Example("execution-well");
  request.set_validate_only(true);
  EXPECT_THAT(server_.Define(request), IsOk());
  EXPECT_THAT(server_.Query("execution"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(IndicatorsServiceTest, ListsByNamePageByPage) {
  for (const char* id : {"c", "a", "b"}) ASSERT_OK(server_.Define(id, Example("stage")).status());
  v1::ListIndicatorsRequest request;
  request.set_page_size(2);
  std::string names;
  do {
    grpc::ClientContext context;
    v1::ListIndicatorsResponse page;
    ASSERT_OK(rpc::FromGrpcStatus(server_.stub->ListIndicators(&context, request, &page)));
    for (const v1::Indicator& indicator : page.indicators()) names += indicator.name() + " ";
    names += "| ";
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(names, "indicators/a indicators/b | indicators/c | ");
}

TEST_F(IndicatorsServiceTest, RefusesQueriesThatMeanNothing) {
  ASSERT_OK(server_.Define("execution", Example("execution-well")).status());
  ASSERT_OK(server_.Define("consent", Example("mr-consent")).status());
  server_.CatchUp();
  EXPECT_THAT(server_.Query("execution", {"colour"}), HasReason("UNKNOWN_ATTRIBUTE"));
  EXPECT_THAT(server_.Query("execution", {"sector", "sector"}), HasReason("ATTRIBUTE_TWICE"));
  EXPECT_THAT(server_.Query("execution", {}, "waves/none"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(server_.Query("execution", {}, ""), HasReason("REQUIRED"));
  EXPECT_THAT(server_.Query("consent", {}, kWave), HasReason("NOT_APPLICABLE"));
  EXPECT_THAT(server_.Query("none"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(IndicatorsServiceTest, FoldsThePastOfANewDefinitionAndWhatComesAfter) {
  SubmitLeaders(20);
  ASSERT_OK(server_.Define("execution", Example("execution-well")).status());
  for (int i = 20; i < kSchools; ++i) Submit(Leader(i, "badly"));
  server_.CatchUp();
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, server_.Query("execution"));
  ASSERT_EQ(table.estimates_size(), 1);
  EXPECT_EQ(table.estimates(0).n(), 40);
  EXPECT_EQ(table.estimates(0).unit_count(), 40);
  EXPECT_EQ(table.estimates(0).positive_count(), 15);
  EXPECT_EQ(table.estimates(0).unweighted_value().value(), "0.375");
  EXPECT_EQ(table.provenance().role(), survey::ROLE_SCHOOL_LEADER);
  EXPECT_EQ(table.provenance().snapshot_digest(), "digest-of-s");
  EXPECT_EQ(table.provenance().folded_change_count(), 40);
}

TEST_F(IndicatorsServiceTest, SaysFoldingUntilThePastIsFolded) {
  SubmitLeaders(20);
  peers_.past_is_gone = true;
  ASSERT_OK(server_.Define("execution", Example("execution-well")).status());
  EXPECT_THAT(server_.Query("execution"), HasReason("FOLDING"));
  EXPECT_THAT(server_.GetFoldState(), StatusIs(absl::StatusCode::kUnavailable));
  peers_.past_is_gone = false;
  server_.CatchUp();
  EXPECT_THAT(server_.Query("execution"), IsOk());
}

TEST_F(IndicatorsServiceTest, TheFoldStateKnowsWhatHasJustBeenSubmitted) {
  for (int i = 0; i < 10; ++i) {
    Submit(Leader(i, "well"));
    EXPECT_EQ(server_.GetFoldState()->feeds(0).head_count(), i + 1);
  }
}

TEST_F(IndicatorsServiceTest, AWithdrawnResponseLeavesNoTraceAndAPartialOneDoesNotCount) {
  ASSERT_OK(server_.Define("execution", Example("execution-well")).status());
  SubmitLeaders(20);
  server_.CatchUp();
  const std::string digest = *server_.sums->Digest();
  survey::Response partial = Leader(30, "well");
  partial.set_partial(true);
  Submit(partial);
  server_.CatchUp();
  EXPECT_EQ(*server_.sums->Digest(), digest);
  Submit(Leader(31, "well"));
  server_.CatchUp();
  EXPECT_NE(*server_.sums->Digest(), digest);
  Withdraw(Leader(31, "well"));
  server_.CatchUp();
  EXPECT_EQ(*server_.sums->Digest(), digest);
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, server_.Query("execution", {"province"}));
  // Nothing of Zeeland, where only the withdrawn and the partial response were.
  EXPECT_EQ(table.estimates_size(), 2);
}

TEST_F(IndicatorsServiceTest, FollowsProgrammesAndTheirConsent) {
  ASSERT_OK(server_.Define("consent", Example("mr-consent")).status());
  for (int i = 0; i < 20; ++i) {
    catalogue::ProgrammeChange filed;
    filed.mutable_after()->set_name(School(i) + "/programmes/2021-2022");
    peers_.Append(kProgrammeFeed, School(i), filed);
    if (i % 2 == 0) continue;
    catalogue::ProgrammeChange agreed;
    *agreed.mutable_before() = filed.after();
    *agreed.mutable_after() = filed.after();
    catalogue::Consent& consent = *agreed.mutable_after()->add_consents();
    consent.set_body(catalogue::COUNCIL_BODY_MR);
    consent.set_state(catalogue::CONSENT_STATE_GIVEN);
    peers_.Append(kProgrammeFeed, School(i), agreed);
  }
  // Of another year: counts in nothing.
  catalogue::ProgrammeChange other;
  other.mutable_after()->set_name(School(1) + "/programmes/2022-2023");
  peers_.Append(kProgrammeFeed, School(1), other);
  server_.CatchUp();
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, server_.Query("consent", {}, ""));
  EXPECT_EQ(table.estimates(0).n(), 20);
  EXPECT_EQ(table.estimates(0).unweighted_value().value(), "0.5");
  EXPECT_EQ(table.provenance().role(), survey::ROLE_UNSPECIFIED);
}

TEST_F(IndicatorsServiceTest, AMeanIsRoundedAtTheEnd) {
  ASSERT_OK(server_.Define("hours", Example("staff-hours")).status());
  for (int i = 0; i < 12; ++i) {
    survey::Response response;
    response.set_name(absl::StrCat(kWave, "/responses/staff-", i));
    response.set_questionnaire_version(kStaff);
    response.set_unit(School(i));
    survey::Answer& answer = *response.add_answers();
    answer.set_question("hours");
    answer.mutable_number()->set_value(i == 0 ? "3.5" : "2");
    Submit(response);
  }
  server_.CatchUp();
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, server_.Query("hours"));
  EXPECT_EQ(table.estimates(0).unweighted_value().value(), "2.125");
  EXPECT_EQ(table.estimates(0).positive_count(), 0);
}

// Twelve schools are four weeks behind, four are not behind, and of eight it cannot be said.
TEST_F(IndicatorsServiceTest, WhatIsNotApplicableIsLeftOutOfAMeanAndIsNotZero) {
  constexpr char kGrowth[] = "questionnaires/learning-growth/versions/1";
  survey::QuestionnaireVersion layout;
  layout.set_name(kGrowth);
  *layout.mutable_content() = FromYaml<survey::Questionnaire>("records/learning-growth.yaml");
  peers_.questionnaires[kGrowth] = layout;
  peers_.questionnaires["questionnaires/learning-growth/versions/latest"] = layout;
  peers_.waves[kWave].add_questionnaires()->set_questionnaire_version(kGrowth);
  for (const char* const id : {"delay", "schools-behind"}) {
    ASSERT_OK(server_
                  .DefineYaml(id, absl::StrCat("title: {nl: Vertraging, en: Delay}\nunit: weeks\n"
                                               "responses: {questionnaires: "
                                               "[questionnaires/learning-growth]}\n",
                                               std::string_view(id) == "delay"
                                                   ? "mean: {value: delay}\n"
                                                   : "proportion: {condition: delay > 0}\n"))
                  .status());
  }
  for (int i = 0; i < 24; ++i) {
    survey::Response record;
    record.set_name(absl::StrCat(kWave, "/responses/growth-", i));
    record.set_questionnaire_version(kGrowth);
    record.set_unit(School(i));
    survey::Answer& delay = *record.add_answers();
    delay.set_question("delay");
    if (i < 16) {
      delay.mutable_number()->set_value(i < 12 ? "4" : "0");
    } else {
      delay.mutable_not_applicable()->set_reason("no_test");
    }
    Submit(record);
  }
  server_.CatchUp();
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable mean, server_.Query("delay"));
  EXPECT_EQ(mean.estimates(0).n(), 16);
  EXPECT_EQ(mean.estimates(0).unweighted_value().value(), "3");
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable share, server_.Query("schools-behind"));
  EXPECT_EQ(share.estimates(0).n(), 16);
  EXPECT_EQ(share.estimates(0).unweighted_value().value(), "0.75");
}

TEST_F(IndicatorsServiceTest, ADistributionKeepsTheOrderOfTheQuestionnaire) {
  ASSERT_OK(server_
                .DefineYaml("execution", R"(
title: {nl: Uitvoering, en: Execution}
responses: {questionnaires: [questionnaires/school-leaders]}
distribution: {value: execution}
)")
                .status());
  SubmitLeaders(20);
  server_.CatchUp();
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, server_.Query("execution"));
  std::string shares;
  for (const v1::Estimate& estimate : table.estimates()) {
    absl::StrAppend(&shares, estimate.category(), " ", estimate.positive_count(), ", ");
  }
  EXPECT_EQ(shares, "very_well 0, well 15, neutral 0, badly 5, very_badly 0, ");
}

TEST_F(IndicatorsServiceTest, CrossingsHideSmallGroupsAndWhatWouldGiveThemAway) {
  ASSERT_OK(server_.Define("execution", Example("execution-well")).status());
  SubmitLeaders(kSchools);
  server_.CatchUp();
  // Secondary schools: three in Utrecht, one in Zeeland.
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table,
                       server_.Query("execution", {"province", "sector"}));
  EXPECT_EQ(table.estimates(0).state(), v1::ESTIMATE_STATE_PUBLISHED);
  for (const v1::Estimate& estimate : table.estimates()) {
    if (estimate.group().empty()) continue;
    EXPECT_EQ(estimate.state(), v1::ESTIMATE_STATE_SUPPRESSED);
    EXPECT_EQ(estimate.n() + estimate.unit_count() + estimate.positive_count(), 0);
    EXPECT_FALSE(estimate.has_unweighted_value());
  }
  const std::string metrics = server_.app->platform().metrics().Text();
  EXPECT_THAT(metrics,
              testing::HasSubstr("voortgang_indicators_cells_total{outcome=\"published\"} 1"));
  EXPECT_THAT(metrics, testing::HasSubstr(
                           absl::StrCat("voortgang_indicators_cells_total{outcome=\"suppressed\"} ",
                                        table.estimates_size() - 1)));
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable provinces, server_.Query("execution", {"province"}));
  EXPECT_EQ(provinces.estimates(1).n(), 30);
  EXPECT_EQ(provinces.estimates(2).n(), 10);
}

TEST_F(IndicatorsServiceTest, AFilterThatLeavesOutThreeSchoolsShowsNothing) {
  ASSERT_OK(server_.Define("execution", Example("execution-well")).status());
  SubmitLeaders(kSchools);
  server_.CatchUp();
  v1::QueryEstimatesRequest request;
  request.set_indicator("indicators/execution");
  request.set_wave(kWave);
  request.mutable_filter()->add_schools(School(5));  // The fake lets 37 of 40 pass.
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, server_.Query(request));
  EXPECT_EQ(table.estimates(0).state(), v1::ESTIMATE_STATE_SUPPRESSED);
}

TEST_F(IndicatorsServiceTest, ARebuildFromZeroGivesTheSameSums) {
  ASSERT_OK(server_.Define("execution", Example("execution-well")).status());
  ASSERT_OK(server_.Define("stage", Example("stage")).status());
  SubmitLeaders(kSchools);
  for (int i = 0; i < kSchools; i += 3) Withdraw(Leader(i, i % 4 == 0 ? "badly" : "well"));
  server_.CatchUp();
  Server rebuilt(peers_);
  ASSERT_OK(rebuilt.Define("execution", Example("execution-well")).status());
  ASSERT_OK(rebuilt.Define("stage", Example("stage")).status());
  rebuilt.CatchUp();
  EXPECT_EQ(*rebuilt.sums->Digest(), *server_.sums->Digest());
}

}  // namespace
}  // namespace vg::indicators
