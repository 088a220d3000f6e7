#include "services/survey/storage/questionnaire_store.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "services/survey/storage/draft_store.h"
#include "services/survey/storage/test_store.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;

class QuestionnaireStoreTest : public SurveyStoreTest {
 protected:
  static Publication Content(const std::string& id, const std::string& digest,
                             const std::string& statements = "") {
    return {.version = {.id = id,
                        .role = Role::kStaff,
                        .digest = digest,
                        .content = "c-" + digest,
                        .publish_time = {}},
            .comparisons = "comparisons-" + digest,
            .statements = statements};
  }
  absl::StatusOr<std::string> Publish(const std::string& id, const std::string& digest,
                                      const std::string& statements = "") {
    return questionnaires_.Publish(
        id, false, {}, kNoon,
        [&](const std::optional<PublishedQuestionnaire>&, const StoredDraft*) {
          return absl::StatusOr<Publication>(Content(id, digest, statements));
        },
        &Name);
  }
  // Publishes the draft, whose content becomes the digest.
  absl::StatusOr<std::string> PublishDraft(const std::string& id,
                                           const requests::Request& request = {}) {
    return questionnaires_.Publish(
        id, true, request, kNoon,
        [&](const std::optional<PublishedQuestionnaire>&, const StoredDraft* draft) {
          return absl::StatusOr<Publication>(Content(id, draft->content));
        },
        &Name);
  }
  static std::string Name(const PublishedQuestionnaire& published) {
    return published.id + std::to_string(published.version);
  }

  absl::StatusOr<std::string> Save(const std::string& id, const std::string& content,
                                   int64_t expected = -1, const requests::Request& request = {}) {
    return drafts_.Save(
        id, content, request, kNoon,
        [expected](const std::optional<StoredDraft>& current) {
          const int64_t revision = current ? current->revision : 0;
          return expected < 0 || revision == expected ? absl::OkStatus()
                                                      : absl::AbortedError("changed");
        },
        [](const StoredDraft& saved) { return saved.content + std::to_string(saved.revision); });
  }
  std::vector<std::string> List(std::string id, std::string after, int version, size_t limit) {
    std::vector<std::string> names;
    const auto found = questionnaires_.List(id, after, version, limit);
    EXPECT_OK(found);
    for (const auto& published : *found) {
      names.push_back(published.id + std::to_string(published.version));
    }
    return names;
  }

  QuestionnaireStore questionnaires_{*database_};
  DraftStore drafts_{*database_};
};

TEST_P(QuestionnaireStoreTest, CountsVersionsAndAnswersTheNewestContentWithItsVersion) {
  EXPECT_THAT(Publish("staff", "a"), IsOkAndHolds("staff1"));
  EXPECT_THAT(Publish("staff", "a"), IsOkAndHolds("staff1"));
  EXPECT_THAT(Publish("staff", "b"), IsOkAndHolds("staff2"));
  EXPECT_THAT(Publish("staff", "a"), IsOkAndHolds("staff3"));
  ASSERT_OK_AND_ASSIGN(const auto newest, questionnaires_.Get("staff", 0));
  EXPECT_EQ(newest.version, 3);
  EXPECT_EQ(newest.content, "c-a");
  EXPECT_EQ(newest.publish_time, kNoon);
  ASSERT_OK_AND_ASSIGN(const auto second, questionnaires_.Get("staff", 2));
  EXPECT_EQ(second.digest, "b");
  EXPECT_THAT(questionnaires_.Get("staff", 4), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(questionnaires_.Get("nothing", 0), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(QuestionnaireStoreTest, ListsByIdAndVersion) {
  ASSERT_OK(Publish("staff", "a"));
  ASSERT_OK(Publish("boards", "a"));
  ASSERT_OK(Publish("staff", "b"));
  EXPECT_THAT(List("", "", 0, 9), ElementsAre("boards1", "staff1", "staff2"));
  EXPECT_THAT(List("", "boards", 1, 1), ElementsAre("staff1"));
  EXPECT_THAT(List("staff", "staff", 1, 9), ElementsAre("staff2"));
}

TEST_P(QuestionnaireStoreTest, GivesRacersVersionsOfTheirOwn) {
  std::vector<std::thread> racers;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([this, i] { EXPECT_OK(Publish("staff", std::to_string(i))); });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_THAT(List("", "", 0, 9), ElementsAre("staff1", "staff2", "staff3", "staff4"));
}

TEST_P(QuestionnaireStoreTest, KeepsHowAVersionComparesWithTheOneBefore) {
  ASSERT_OK(Publish("staff", "a"));
  ASSERT_OK(Publish("staff", "b"));
  ASSERT_OK(Publish("staff", "c"));
  EXPECT_THAT(questionnaires_.Comparisons("staff", 1, 2),
              IsOkAndHolds(ElementsAre(std::pair(2, "comparisons-b"))));
  EXPECT_THAT(
      questionnaires_.Comparisons("staff", 1, 3),
      IsOkAndHolds(ElementsAre(std::pair(2, "comparisons-b"), std::pair(3, "comparisons-c"))));
}

TEST_P(QuestionnaireStoreTest, RefusesToStateSomethingElseOfWhatIsPublished) {
  ASSERT_OK(Publish("staff", "a"));
  EXPECT_THAT(Publish("staff", "b", "s"), IsOkAndHolds("staff2"));
  EXPECT_THAT(Publish("staff", "b", "s"), IsOkAndHolds("staff2"));
  EXPECT_THAT(Publish("staff", "b"), IsOkAndHolds("staff2"));
  EXPECT_THAT(Publish("staff", "b", "t"), HasReason("OTHER_COMPARISONS"));
}

TEST_P(QuestionnaireStoreTest, KeepsOneDraftPerQuestionnaire) {
  EXPECT_THAT(Save("staff", "x"), IsOkAndHolds("x1"));
  EXPECT_THAT(Save("staff", "x"), IsOkAndHolds("x1")) << "the same changes nothing";
  EXPECT_THAT(Save("staff", "y", 1), IsOkAndHolds("y2"));
  EXPECT_THAT(Save("staff", "z", 1), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Save("boards", "b", 0), IsOkAndHolds("b1"));
  ASSERT_OK_AND_ASSIGN(const StoredDraft draft, drafts_.Get("staff"));
  EXPECT_EQ(draft.content, "y");
  EXPECT_EQ(draft.update_time, kNoon);
  EXPECT_THAT(drafts_.Get("nothing"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(auto listed, drafts_.List("", 9));
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].id, "boards");
  ASSERT_OK_AND_ASSIGN(listed, drafts_.List("boards", 9));
  EXPECT_EQ(listed.size(), 1u);
}

TEST_P(QuestionnaireStoreTest, ThrowsADraftAwayOnlyIfItIsTheOneMeant) {
  ASSERT_OK(Save("staff", "x"));
  EXPECT_THAT(drafts_.Delete("staff", [](const auto&) { return absl::AbortedError("changed"); }),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_OK(drafts_.Get("staff"));
  const auto agree = [](const std::optional<StoredDraft>&) { return absl::OkStatus(); };
  EXPECT_OK(drafts_.Delete("staff", agree));
  EXPECT_OK(drafts_.Delete("staff", agree));
  EXPECT_THAT(drafts_.Get("staff"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(QuestionnaireStoreTest, ADraftIsGoneOnceItIsPublished) {
  ASSERT_OK(Save("staff", "x"));
  const requests::Request request{.scope = "Publish", .request_id = "r1", .digest = "d"};
  EXPECT_THAT(PublishDraft("staff", request), IsOkAndHolds("staff1"));
  EXPECT_THAT(drafts_.Get("staff"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(PublishDraft("staff", request), IsOkAndHolds("staff1")) << "a retry";
  EXPECT_THAT(PublishDraft("staff"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Save("staff", "x"));
  EXPECT_THAT(PublishDraft("staff"), IsOkAndHolds("staff1")) << "the same content";
  EXPECT_THAT(drafts_.Get("staff"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(QuestionnaireStoreTest, ARefusedPublicationLeavesTheDraft) {
  ASSERT_OK(Save("staff", "x"));
  EXPECT_THAT(questionnaires_.Publish(
                  "staff", true, {}, kNoon,
                  [](const std::optional<PublishedQuestionnaire>&, const StoredDraft*) {
                    return absl::StatusOr<Publication>(absl::InvalidArgumentError("faults"));
                  },
                  &Name),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(drafts_.Get("staff"));
}

TEST_P(QuestionnaireStoreTest, OfRacersWhoSaveOnTheSameDraftOneWins) {
  ASSERT_OK(Save("staff", "first"));
  std::atomic<int> won = 0, lost = 0;
  std::vector<std::thread> racers;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&, i] {
      const auto saved = Save("staff", "racer" + std::to_string(i), 1);
      ++(saved.ok() ? won : lost);
      if (!saved.ok()) {
        EXPECT_EQ(saved.status().code(), absl::StatusCode::kAborted);
      }
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 3);
  ASSERT_OK_AND_ASSIGN(const StoredDraft draft, drafts_.Get("staff"));
  EXPECT_EQ(draft.revision, 2);
}

TEST_P(QuestionnaireStoreTest, ADraftThatIsSavedWhileItIsPublishedIsNotLost) {
  for (int round = 0; round < 10; ++round) {
    const std::string old_content = "old" + std::to_string(round);
    const std::string new_content = "new" + std::to_string(round);
    ASSERT_OK(Save("staff", old_content));
    std::thread saver([&] { EXPECT_OK(Save("staff", new_content)); });
    EXPECT_OK(PublishDraft("staff"));
    saver.join();
    ASSERT_OK_AND_ASSIGN(const auto newest, questionnaires_.Get("staff", 0));
    const auto draft = drafts_.Get("staff");
    // Either the new content was published, or it is the draft.
    EXPECT_EQ(newest.digest == new_content ? ""
              : draft.ok()                 ? draft->content
                                           : "lost",
              newest.digest == new_content ? "" : new_content);
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, QuestionnaireStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::survey
