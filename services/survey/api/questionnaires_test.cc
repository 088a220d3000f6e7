#include <gmock/gmock.h>

#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using QuestionnairesTest = SurveyTest;

TEST_F(QuestionnairesTest, PublishesVersionsAndReadsThemBack) {
  ASSERT_OK_AND_ASSIGN(const auto first, Publish("leaders", Questions()));
  EXPECT_EQ(first.name(), "questionnaires/leaders/versions/1");
  EXPECT_EQ(first.digest().size(), 64u);
  EXPECT_EQ(first.publish_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const auto again, Publish("leaders", Questions()));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());

  v1::Questionnaire changed = Questions();
  changed.mutable_title()->set_nl("Andere titel");
  ASSERT_OK_AND_ASSIGN(const auto second, Publish("leaders", changed));
  EXPECT_EQ(second.name(), "questionnaires/leaders/versions/2");

  v1::GetQuestionnaireVersionRequest get;
  get.set_name("questionnaires/leaders/versions/latest");
  ASSERT_OK_AND_ASSIGN(const auto latest, Call(&Stub::GetQuestionnaireVersion, get));
  EXPECT_EQ(latest.SerializeAsString(), second.SerializeAsString());
  get.set_name("questionnaires/leaders/versions/1");
  ASSERT_OK_AND_ASSIGN(const auto read, Call(&Stub::GetQuestionnaireVersion, get));
  EXPECT_EQ(read.content().SerializeAsString(), Questions().SerializeAsString());
}

TEST_F(QuestionnairesTest, SaysWhichVersionDoesNotExist) {
  v1::GetQuestionnaireVersionRequest get;
  get.set_name("questionnaires/leaders/versions/3");
  EXPECT_THAT(Call(&Stub::GetQuestionnaireVersion, get), StatusIs(absl::StatusCode::kNotFound));
  get.set_name("questionnaires/leaders/versions/latest");
  EXPECT_THAT(Call(&Stub::GetQuestionnaireVersion, get), StatusIs(absl::StatusCode::kNotFound));
  get.set_name("questionnaires/leaders/versions/01");
  EXPECT_THAT(Call(&Stub::GetQuestionnaireVersion, get), HasReason("MALFORMED_NAME"));
}

TEST_F(QuestionnairesTest, TellsEveryFaultWithItsPlace) {
  v1::Questionnaire content = Questions();
  content.mutable_sections(0)->mutable_questions(1)->set_relevance("council != 'nee'");
  content.mutable_sections(1)->mutable_questions(0)->set_relevance("  pupils > 3");
  content.mutable_sections(1)->mutable_questions(2)->clear_type();
  const auto published = Publish("leaders", content);
  EXPECT_THAT(published, StatusIs(absl::StatusCode::kInvalidArgument));
  const ErrorDetails details = DetailsOf(published.status());
  ASSERT_EQ(details.violations.size(), 3u) << published.status();
  EXPECT_EQ(details.violations[0].field, "content.sections[0].questions[1].relevance");
  EXPECT_EQ(details.violations[0].reason, "UNKNOWN_VALUE");
  EXPECT_THAT(details.violations[0].sentence, HasSubstr("line 1, column 12: "));
  EXPECT_EQ(details.violations[1].reason, "LATER_QUESTION");
  EXPECT_THAT(details.violations[1].sentence, HasSubstr("line 1, column 3: "));
  EXPECT_EQ(details.violations[2].reason, "NO_TYPE");
}

TEST_F(QuestionnairesTest, ChecksWithoutPublishing) {
  v1::PublishQuestionnaireRequest request;
  request.set_questionnaire_id("leaders");
  *request.mutable_content() = Questions();
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const auto checked, Call(&Stub::PublishQuestionnaire, request));
  EXPECT_EQ(checked.name(), "");
  EXPECT_EQ(checked.digest().size(), 64u);
  v1::GetQuestionnaireVersionRequest get;
  get.set_name("questionnaires/leaders/versions/latest");
  EXPECT_THAT(Call(&Stub::GetQuestionnaireVersion, get), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(QuestionnairesTest, AnswersARepeatedRequestAndRefusesAReusedId) {
  ASSERT_OK_AND_ASSIGN(const auto first, Publish("leaders", Questions(), "r1"));
  v1::Questionnaire changed = Questions();
  changed.mutable_title()->set_nl("Andere titel");
  ASSERT_OK(Publish("leaders", changed));
  // The first request again gets its own answer, although it is no longer the newest version.
  ASSERT_OK_AND_ASSIGN(const auto again, Publish("leaders", Questions(), "r1"));
  EXPECT_EQ(again.name(), first.name());
  EXPECT_THAT(Publish("leaders", changed, "r1"), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(QuestionnairesTest, ListsInPages) {
  ASSERT_OK(Publish("staff", Questions(v1::ROLE_STAFF)));
  ASSERT_OK(Publish("leaders", Questions()));
  v1::Questionnaire changed = Questions();
  changed.mutable_title()->set_nl("Andere titel");
  ASSERT_OK(Publish("leaders", changed));
  v1::ListQuestionnaireVersionsRequest request;
  request.set_parent("questionnaires/-");
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::ListQuestionnaireVersions, request));
    for (const auto& version : page.questionnaire_versions()) names.push_back(version.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names,
              ElementsAre("questionnaires/leaders/versions/1", "questionnaires/leaders/versions/2",
                          "questionnaires/staff/versions/1"));
  request.set_parent("questionnaires/staff");
  ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::ListQuestionnaireVersions, request));
  EXPECT_EQ(page.questionnaire_versions_size(), 1);
  request.set_page_token("nonsense");
  EXPECT_THAT(Call(&Stub::ListQuestionnaireVersions, request), HasReason("PAGE_TOKEN_MISMATCH"));
}

}  // namespace
}  // namespace vg::survey
