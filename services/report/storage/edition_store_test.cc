#include "services/report/storage/edition_store.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/digest/digest.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/report/storage/schema.h"

namespace vg::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'650'000'000);

EditionRecord Record(const std::string& id, const std::string& digest = "d1",
                     const std::string& month = "2022-04-01") {
  return {.id = id, .month = month, .digest = digest, .content = "draft " + digest + " of " + id};
}

File FileOf(const std::string& path, const std::string& bytes) {
  return {.path = path, .media_type = "text/plain", .bytes = bytes, .sha256 = Sha256Hex(bytes)};
}

class EditionStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  EditionStoreTest() { EXPECT_OK(sql::Migrate(*database_, {kSchema, requests::kSchema})); }

  static std::string Say(const EditionRecord& record) {
    return (record.publication.time.has_value() ? "published " : "") + record.content;
  }
  absl::StatusOr<std::string> Keep(const EditionRecord& record, const std::vector<File>& files = {},
                                   const requests::Request& request = {}) {
    return store_.Keep(record, files, request, kNow, Say);
  }
  absl::StatusOr<std::string> Publish(const std::string& id, absl::Time time = kNow) {
    return SetPublication(id, time);
  }
  absl::StatusOr<std::string> SetPublication(const std::string& id,
                                             absl::StatusOr<std::optional<absl::Time>> decision) {
    return store_.SetPublication(
        id, {}, kNow, [&](const EditionRecord&, const Publication*) { return decision; }, Say);
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  EditionStore store_{*database_};
};

INSTANTIATE_TEST_SUITE_P(Backends, EditionStoreTest, sql::AllBackends(), sql::BackendName);

TEST_P(EditionStoreTest, ReplacesADraftWithAllItsFiles) {
  const std::string bytes("binary \0 bytes", 14);
  ASSERT_OK(Keep(Record("a"), {FileOf("x", bytes), FileOf("y", "same")}));
  ASSERT_OK(Keep(Record("b"), {FileOf("x", "same")}));
  EXPECT_THAT(store_.Bytes(Sha256Hex(bytes)), IsOkAndHolds(bytes));
  ASSERT_OK(Keep(Record("a", "d2"), {FileOf("z", "new")}));
  EXPECT_THAT(*store_.Files("a"), ElementsAre(Key("z")));
  EXPECT_EQ(store_.Get("a")->digest, "d2");
  // Bytes that no edition has are gone; those of another stay.
  EXPECT_THAT(store_.Bytes(Sha256Hex(bytes)), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_.Bytes(Sha256Hex("same")), IsOkAndHolds("same"));
}

TEST_P(EditionStoreTest, NeverChangesAPublishedEdition) {
  ASSERT_OK(Keep(Record("a"), {FileOf("x", "one")}));
  ASSERT_THAT(Publish("a"), IsOkAndHolds("published draft d1 of a"));
  EXPECT_THAT(Publish("a"), IsOkAndHolds("published draft d1 of a"));
  EXPECT_THAT(Keep(Record("a"), {FileOf("x", "one")}), IsOkAndHolds("published draft d1 of a"));
  const auto other = Keep(Record("a", "d2"), {FileOf("x", "two")});
  EXPECT_THAT(other, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(DetailsOf(other.status()).reason, "EDITION_PUBLISHED");
  EXPECT_EQ(store_.Get("a")->content, "draft d1 of a");
  EXPECT_EQ(store_.Files("a")->at("x").sha256, Sha256Hex("one"));
}

TEST_P(EditionStoreTest, ListsNewestFirstByPosition) {
  ASSERT_OK(Keep(Record("old", "d", "2021-10-01"), {}));
  ASSERT_OK(Keep(Record("b"), {}));
  ASSERT_OK(Keep(Record("a"), {}));
  const auto ids = [](const absl::StatusOr<std::vector<EditionRecord>>& records) {
    std::vector<std::string> all;
    for (const EditionRecord& record : *records) all.push_back(record.id);
    return all;
  };
  EXPECT_THAT(ids(store_.List("", "", 10)), ElementsAre("a", "b", "old"));
  EXPECT_THAT(ids(store_.List("2022-04-01", "a", 10)), ElementsAre("b", "old"));
  EXPECT_THAT(ids(store_.List("", "", 2)), ElementsAre("a", "b"));
  EXPECT_THAT(ids(store_.ListPublic(kNow, 10)), IsEmpty());
  ASSERT_OK(Publish("old"));
  EXPECT_THAT(ids(store_.ListPublic(kNow, 10)), ElementsAre("old"));
}

TEST_P(EditionStoreTest, AnswersARepeatedRequestWithItsFirstAnswer) {
  const requests::Request request = {.scope = "Compose", .request_id = "r1", .digest = "q1"};
  EXPECT_THAT(store_.FindAnswer(request), IsOkAndHolds(std::nullopt));
  ASSERT_OK(Keep(Record("a"), {}, request));
  EXPECT_THAT(store_.FindAnswer(request), IsOkAndHolds("draft d1 of a"));
  EXPECT_THAT(Keep(Record("a", "d2"), {}, request), IsOkAndHolds("draft d1 of a"));
  const auto reused = store_.FindAnswer({.scope = "Compose", .request_id = "r1", .digest = "q2"});
  EXPECT_EQ(DetailsOf(reused.status()).reason, "REQUEST_ID_REUSED");
}

TEST_P(EditionStoreTest, KnowsWhatIsNotThere) {
  EXPECT_THAT(store_.Get("x"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Publish("x"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_.Bytes("x"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(*store_.Files("x"), IsEmpty());
}

TEST_P(EditionStoreTest, LeavesADraftAloneWhosePublicationFails) {
  ASSERT_OK(Keep(Record("a")));
  EXPECT_THAT(SetPublication("a", absl::PermissionDeniedError("no")),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_FALSE(store_.Get("a")->publication.time.has_value());
}

TEST_P(EditionStoreTest, ListsAnEmbargoedEditionFromItsTimeAndKeepsItAsItIsUntilRecalled) {
  ASSERT_OK(Keep(Record("a")));
  ASSERT_OK(Publish("a", kNow + absl::Hours(1)));
  EXPECT_THAT(*store_.ListPublic(kNow, 10), IsEmpty());
  EXPECT_THAT(*store_.ListPublic(kNow + absl::Hours(1), 10), SizeIs(1));
  EXPECT_THAT(Keep(Record("a")), IsOkAndHolds("published draft d1 of a"));
  EXPECT_THAT(Keep(Record("a", "d2")).status(), HasReason("EDITION_EMBARGOED"));
  ASSERT_OK(SetPublication("a", std::nullopt));
  EXPECT_THAT(Keep(Record("a", "d2")), IsOkAndHolds("draft d2 of a"));
}

TEST_P(EditionStoreTest, TellsOfARevisionAndShowsItsDecisionWhatItRevises) {
  ASSERT_OK(Keep(Record("a")));
  ASSERT_OK(Publish("a"));
  EditionRecord revision = Record("b");
  revision.publication.revises = "a";
  ASSERT_OK(Keep(revision));
  EXPECT_EQ(store_.Get("a")->publication.successor, "");  // A draft supersedes nothing.
  const absl::Time later = kNow + absl::Hours(1);
  ASSERT_OK(store_.SetPublication(
      "b", {}, kNow,
      [&](const EditionRecord& record, const Publication* revised) -> std::optional<absl::Time> {
        EXPECT_EQ(record.id, "b");
        EXPECT_EQ(revised->time, kNow);
        return later;
      },
      Say));
  const Publication publication = store_.Get("a")->publication;
  EXPECT_EQ(publication.successor, "b");
  EXPECT_EQ(publication.successor_time, later);
  EXPECT_THAT(*store_.List("", "", 10), SizeIs(2));
}

}  // namespace
}  // namespace vg::report
