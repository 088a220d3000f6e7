#include <gmock/gmock.h>

#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;

class DraftsTest : public SurveyTest {
 protected:
  absl::StatusOr<v1::QuestionnaireDraft> Save(const std::string& id, v1::Questionnaire content,
                                              const std::string& etag = "") {
    v1::SaveQuestionnaireDraftRequest request;
    request.mutable_draft()->set_name("questionnaires/" + id + "/draft");
    *request.mutable_draft()->mutable_content() = std::move(content);
    request.mutable_draft()->set_etag(etag);
    return Call(&Stub::SaveQuestionnaireDraft, request);
  }
  absl::StatusOr<v1::QuestionnaireDraft> GetDraft(const std::string& id) {
    v1::GetQuestionnaireDraftRequest request;
    request.set_name("questionnaires/" + id + "/draft");
    return Call(&Stub::GetQuestionnaireDraft, request);
  }
  absl::StatusOr<v1::QuestionnaireVersion> PublishDraft(const std::string& id,
                                                        const std::string& etag = "",
                                                        bool validate_only = false) {
    v1::PublishQuestionnaireRequest request;
    request.set_questionnaire_id(id);
    request.set_draft_etag(etag);
    request.set_validate_only(validate_only);
    return Call(&Stub::PublishQuestionnaire, request);
  }

  // Wrong in the rules of its fields and in its own rules.
  static v1::Questionnaire Faulty() {
    v1::Questionnaire content = Questions();
    content.clear_title();
    content.mutable_sections(0)->mutable_questions(1)->set_relevance("counsel != 'no'");
    content.mutable_sections(0)->mutable_questions(2)->clear_label();
    content.mutable_sections(1)->mutable_questions(0)->set_id("Barriers");
    return content;
  }
  static std::vector<std::string> PlacesAndReasons(const v1::QuestionnaireDraft& draft) {
    std::vector<std::string> told;
    for (const auto& fault : draft.faults()) told.push_back(fault.field() + " " + fault.reason());
    return told;
  }
};

TEST_F(DraftsTest, SavesWhatIsFaultyAndTellsTheFaultsInOrder) {
  ASSERT_OK_AND_ASSIGN(const auto draft, Save("leaders", Faulty()));
  EXPECT_THAT(PlacesAndReasons(draft),
              ::testing::IsSupersetOf({"content.title REQUIRED",
                                       "content.sections[0].questions[1].relevance UNKNOWN_NAME",
                                       "content.sections[0].questions[2].label REQUIRED",
                                       "content.sections[1].questions[0].id MALFORMED"}));
  EXPECT_EQ(PlacesAndReasons(draft)[0], "content.title REQUIRED");
  ASSERT_OK_AND_ASSIGN(const auto read, GetDraft("leaders"));
  EXPECT_EQ(read.SerializeAsString(), draft.SerializeAsString());
}

TEST_F(DraftsTest, PublishingRefusesWithTheFaultsThatTheDraftTells) {
  ASSERT_OK_AND_ASSIGN(const auto draft, Save("leaders", Faulty()));
  const auto published = PublishDraft("leaders");
  EXPECT_THAT(published, StatusIs(absl::StatusCode::kInvalidArgument));
  std::vector<std::string> refused;
  for (const FieldViolation& violation : DetailsOf(published.status()).violations) {
    refused.push_back(violation.field + " " + violation.reason);
  }
  EXPECT_EQ(refused, PlacesAndReasons(draft));
  EXPECT_OK(GetDraft("leaders"));
}

TEST_F(DraftsTest, BecomesAVersionAndIsGone) {
  ASSERT_OK_AND_ASSIGN(const auto draft, Save("leaders", Questions()));
  EXPECT_EQ(draft.faults_size(), 0);
  ASSERT_OK_AND_ASSIGN(const auto checked, PublishDraft("leaders", "", true));
  EXPECT_EQ(checked.name(), "");
  EXPECT_THAT(PublishDraft("leaders", "1-old"), HasReason("ETAG_MISMATCH"));
  ASSERT_OK_AND_ASSIGN(const auto version, PublishDraft("leaders", draft.etag()));
  EXPECT_EQ(version.name(), "questionnaires/leaders/versions/1");
  EXPECT_EQ(version.digest(), checked.digest());
  EXPECT_THAT(GetDraft("leaders"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(PublishDraft("leaders"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DraftsTest, EtagsKeepWritersFromUndoingEachOther) {
  ASSERT_OK_AND_ASSIGN(const auto first, Save("leaders", Questions()));
  ASSERT_OK_AND_ASSIGN(const auto again, Save("leaders", Questions(), first.etag()));
  EXPECT_EQ(again.etag(), first.etag());
  ASSERT_OK_AND_ASSIGN(const auto second, Save("leaders", Faulty(), first.etag()));
  EXPECT_NE(second.etag(), first.etag());
  EXPECT_THAT(Save("leaders", Questions(), first.etag()), HasReason("ETAG_MISMATCH"));
  EXPECT_THAT(Save("staff", Questions(), first.etag()), HasReason("ETAG_MISMATCH"));
  ASSERT_OK_AND_ASSIGN(const auto third, Save("leaders", Questions()));
  EXPECT_NE(third.etag(), first.etag()) << "the content of before is a save of its own";

  v1::DeleteQuestionnaireDraftRequest request;
  request.set_name("questionnaires/leaders/draft");
  request.set_etag(first.etag());
  EXPECT_THAT(Call(&Stub::DeleteQuestionnaireDraft, request), HasReason("ETAG_MISMATCH"));
  request.set_etag(third.etag());
  EXPECT_OK(Call(&Stub::DeleteQuestionnaireDraft, request));
  EXPECT_OK(Call(&Stub::DeleteQuestionnaireDraft, request));
}

TEST_F(DraftsTest, ListsInPages) {
  for (const char* id : {"staff", "boards", "leaders"}) ASSERT_OK(Save(id, Questions()));
  v1::ListQuestionnaireDraftsRequest request;
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::ListQuestionnaireDrafts, request));
    for (const auto& draft : page.questionnaire_drafts()) names.push_back(draft.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("questionnaires/boards/draft", "questionnaires/leaders/draft",
                                 "questionnaires/staff/draft"));
}

TEST_F(DraftsTest, RefusesADraftThatIsTooLarge) {
  v1::Questionnaire content = Questions();
  content.mutable_title()->set_nl(std::string(3 << 20, 'x'));
  EXPECT_THAT(Save("leaders", content), HasReason("TOO_LARGE"));
}

}  // namespace
}  // namespace vg::survey
