#include <gmock/gmock.h>

#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

class ComparisonsTest : public SurveyTest {
 protected:
  absl::StatusOr<v1::QuestionnaireVersion> PublishWith(const v1::Questionnaire& content,
                                                       std::string_view comparisons) {
    v1::PublishQuestionnaireRequest request;
    *request.mutable_comparisons() =
        FromYaml<v1::CompareQuestionnaireVersionsResponse>(comparisons).comparisons();
    request.set_questionnaire_id("leaders");
    *request.mutable_content() = content;
    return Call(&Stub::PublishQuestionnaire, request);
  }
  absl::StatusOr<v1::CompareQuestionnaireVersionsResponse> Compare(const std::string& before,
                                                                   const std::string& after) {
    v1::CompareQuestionnaireVersionsRequest request;
    request.set_before("questionnaires/" + before);
    request.set_after("questionnaires/" + after);
    return Call(&Stub::CompareQuestionnaireVersions, request);
  }
  static v1::QuestionComparison Of(const v1::CompareQuestionnaireVersionsResponse& response,
                                   const std::string& question) {
    for (const auto& each : response.comparisons()) {
      if (each.question() == question) return each;
    }
    ADD_FAILURE() << question;
    return {};
  }

  // The second version asks `council` with another option, the third calls `pupils` otherwise.
  void PublishThree() {
    v1::Questionnaire content = Questions();
    ASSERT_OK(Publish("leaders", content));
    auto& council = *content.mutable_sections(0)->mutable_questions(0);
    *council.mutable_single()->add_options() =
        FromYaml<v1::Option>("{id: late, label: {nl: Laat}}");
    ASSERT_OK(PublishWith(content, R"(
comparisons:
  - {question: council, comparability: COMPARABILITY_REWORDED, note: {nl: "Te laat telde als nee."}}
)"));
    auto& pupils = *content.mutable_sections(1)->mutable_questions(1);
    pupils.set_id("children");
    pupils.set_constraint("children <= 500");
    ASSERT_OK(PublishWith(content, "comparisons: [{question: children, former_question: pupils}]"));
  }
};

TEST_F(ComparisonsTest, ComposesWhatWasStatedOverVersionsInBetween) {
  PublishThree();
  ASSERT_OK_AND_ASSIGN(const auto whole, Compare("leaders/versions/1", "leaders/versions/3"));
  EXPECT_EQ(Of(whole, "council").comparability(), v1::COMPARABILITY_REWORDED);
  EXPECT_EQ(Of(whole, "council").note().nl(), "Te laat telde als nee.");
  EXPECT_EQ(Of(whole, "consent").comparability(), v1::COMPARABILITY_SAME);
  EXPECT_EQ(Of(whole, "children").former_question(), "pupils");
  EXPECT_EQ(Of(whole, "children").comparability(), v1::COMPARABILITY_SAME);
  EXPECT_EQ(whole.comparisons_size(), 8);
  ASSERT_OK_AND_ASSIGN(const auto itself, Compare("leaders/versions/2", "leaders/versions/2"));
  for (const auto& each : itself.comparisons()) {
    EXPECT_EQ(each.comparability(), v1::COMPARABILITY_SAME) << each.question();
  }
}

TEST_F(ComparisonsTest, BreaksWhereOthersAnswer) {
  ASSERT_OK(Publish("leaders", Questions(v1::ROLE_SCHOOL_LEADER)));
  ASSERT_OK(Publish("leaders", Questions(v1::ROLE_STAFF)));
  ASSERT_OK_AND_ASSIGN(const auto compared, Compare("leaders/versions/1", "leaders/versions/2"));
  for (const auto& each : compared.comparisons()) {
    EXPECT_EQ(each.comparability(), v1::COMPARABILITY_BROKEN) << each.question();
    EXPECT_EQ(each.note().en(), "Differs in: who answers.");
  }
}

TEST_F(ComparisonsTest, RefusesWhatCannotBeCompared) {
  PublishThree();
  ASSERT_OK(Publish("staff", Questions(v1::ROLE_STAFF)));
  EXPECT_THAT(Compare("leaders/versions/3", "leaders/versions/1"), HasReason("VERSIONS_REVERSED"));
  EXPECT_THAT(Compare("leaders/versions/1", "staff/versions/1"),
              HasReason("QUESTIONNAIRES_DIFFER"));
  EXPECT_THAT(Compare("leaders/versions/1", "leaders/versions/4"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ComparisonsTest, RefusesStatementsWithTheirPlace) {
  v1::Questionnaire content = Questions();
  EXPECT_THAT(PublishWith(content, "comparisons: [{question: council}]"),
              HasReason("UNKNOWN_QUESTION"))
      << "there is no version before";
  ASSERT_OK(Publish("leaders", content));
  content.mutable_sections(0)->mutable_questions(0)->mutable_label()->set_nl("Anders");
  const auto published = PublishWith(
      content, "comparisons: [{question: council, comparability: COMPARABILITY_BROKEN}]");
  ASSERT_EQ(DetailsOf(published.status()).violations.size(), 1u) << published.status();
  EXPECT_EQ(DetailsOf(published.status()).violations[0].field, "comparisons[0].note");
  EXPECT_EQ(DetailsOf(published.status()).violations[0].reason, "NOTE_REQUIRED");
}

TEST_F(ComparisonsTest, WhatIsStatedOfAVersionDoesNotChange) {
  v1::Questionnaire content = Questions();
  ASSERT_OK(Publish("leaders", content));
  content.mutable_sections(0)->mutable_questions(0)->mutable_label()->set_nl("Anders");
  const std::string stated =
      "comparisons: [{question: council, comparability: COMPARABILITY_BROKEN, note: {nl: Echt}}]";
  ASSERT_OK_AND_ASSIGN(const auto second, PublishWith(content, stated));
  EXPECT_EQ(second.name(), "questionnaires/leaders/versions/2");
  EXPECT_OK(PublishWith(content, stated));
  EXPECT_OK(Publish("leaders", content));
  EXPECT_THAT(
      PublishWith(content,
                  "comparisons: [{question: council, comparability: COMPARABILITY_REWORDED}]"),
      HasReason("OTHER_COMPARISONS"));
}

}  // namespace
}  // namespace vg::survey
