#include "services/catalogue/storage/menu_store.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/catalogue/storage/schema.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1'650'000'000);

MenuRecord Record(std::string id, std::string start, std::string digest = "d1",
                  std::string end = "") {
  return {.id = id,
          .start_date = start,
          .end_date = std::move(end),
          .digest = digest,
          .header = "header of " + id,
          .content = "content of " + id};
}

class MenuStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  MenuStoreTest() { EXPECT_OK(sql::Migrate(*database_, {kSchema, requests::kSchema})); }

  std::vector<std::string> Ids(const std::string& start, const std::string& id, size_t limit) {
    std::vector<std::string> ids;
    const auto headers = store_.List(start, id, limit);
    EXPECT_THAT(headers, IsOk());
    for (const MenuHeader& header : *headers) ids.push_back(header.id);
    return ids;
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  MenuStore store_{*database_};
};

INSTANTIATE_TEST_SUITE_P(Backends, MenuStoreTest, sql::AllBackends(), sql::BackendName);

TEST_P(MenuStoreTest, AnswersTheSameEditionWithWhatWasKeptFirst) {
  EXPECT_THAT(store_.Publish(Record("spring", "2021-05-10"), {}, kNow),
              IsOkAndHolds("content of spring"));
  MenuRecord again = Record("spring", "2021-05-10");
  again.content = "published later";
  EXPECT_THAT(store_.Publish(again, {}, kNow), IsOkAndHolds("content of spring"));
  EXPECT_THAT(store_.TryPublish(again), IsOkAndHolds("content of spring"));
  EXPECT_THAT(store_.Get("spring"), IsOkAndHolds("content of spring"));
}

TEST_P(MenuStoreTest, NeverChangesAnEdition) {
  ASSERT_OK(store_.Publish(Record("spring", "2021-05-10"), {}, kNow));
  const MenuRecord other = Record("spring", "2021-05-11", "d2");
  for (const auto& refused : {store_.Publish(other, {}, kNow), store_.TryPublish(other)}) {
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAlreadyExists));
    EXPECT_THAT(refused, HasReason("MENU_EDITION_EXISTS"));
    EXPECT_EQ(DetailsOf(refused.status()).metadata.at("digest"), "d1");
  }
}

TEST_P(MenuStoreTest, TriesWithoutKeeping) {
  EXPECT_THAT(store_.TryPublish(Record("spring", "2021-05-10")), IsOkAndHolds("content of spring"));
  EXPECT_THAT(store_.Get("spring"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(MenuStoreTest, RefusesARequestIdWithOtherContent) {
  const requests::Request request{.scope = "Publish", .request_id = "r1", .digest = "one"};
  const requests::Request other{.scope = "Publish", .request_id = "r1", .digest = "two"};
  ASSERT_OK(store_.Publish(Record("spring", "2021-05-10"), request, kNow));
  EXPECT_OK(store_.Publish(Record("spring", "2021-05-10"), request, kNow));
  EXPECT_THAT(store_.Publish(Record("autumn", "2021-11-01"), other, kNow),
              HasReason("REQUEST_ID_REUSED"));
}

TEST_P(MenuStoreTest, ListsTheNewestFirstFromAnyPosition) {
  for (const auto& [id, start] : {std::pair("b", "2021-05-09"), std::pair("a", "2021-05-10"),
                                  std::pair("c", "2021-11-01"), std::pair("d", "2020-01-01")}) {
    ASSERT_OK(store_.Publish(Record(id, start), {}, kNow));
  }
  EXPECT_THAT(Ids("", "", 10), ElementsAre("c", "a", "b", "d"));
  EXPECT_THAT(Ids("", "", 2), ElementsAre("c", "a"));
  EXPECT_THAT(Ids("2021-05-10", "a", 10), ElementsAre("b", "d"));
  EXPECT_THAT(Ids("2020-01-01", "d", 10), ElementsAre());
}

TEST_P(MenuStoreTest, RefusesEditionsThatOverlapWhicheverComesFirst) {
  ASSERT_OK(store_.Publish(Record("spring", "2021-05-10", "d", "2021-10-31"), {}, kNow));
  ASSERT_OK(store_.Publish(Record("autumn", "2021-11-01"), {}, kNow));
  for (const MenuRecord& refused : {
           Record("a", "2021-05-10"),                     // Begins with one.
           Record("a", "2021-10-31"),                     // Begins before one is over.
           Record("a", "2021-01-01", "d", "2021-05-10"),  // Ends after one began.
           Record("a", "2021-01-01", "d", "2022-01-01"),  // Goes around.
       }) {
    for (const auto& answer : {store_.Publish(refused, {}, kNow), store_.TryPublish(refused)}) {
      EXPECT_THAT(answer, StatusIs(absl::StatusCode::kFailedPrecondition));
      EXPECT_THAT(answer, HasReason("MENU_EDITIONS_OVERLAP"));
    }
    EXPECT_THAT(store_.Get("a"), StatusIs(absl::StatusCode::kNotFound));
  }
  EXPECT_OK(store_.Publish(Record("before", "2021-01-01", "d", "2021-05-09"), {}, kNow));
  EXPECT_OK(store_.Publish(Record("open", "2020-01-01"), {}, kNow));
  EXPECT_OK(store_.Publish(Record("within an open one", "2022-01-01"), {}, kNow));
}

TEST_P(MenuStoreTest, KnowsTheEditionOfADay) {
  ASSERT_OK(store_.Publish(Record("spring", "2021-05-10"), {}, kNow));
  ASSERT_OK(store_.Publish(Record("autumn", "2021-11-01", "d", "2022-03-31"), {}, kNow));
  ASSERT_OK(store_.Publish(Record("later", "2022-05-01"), {}, kNow));
  const auto valid_on = [&](const std::string& day) {
    const auto header = store_.ValidOn(day);
    EXPECT_THAT(header, IsOk());
    return header.ok() && *header ? (*header)->id : "none";
  };
  EXPECT_EQ(valid_on("2021-05-09"), "none");
  EXPECT_EQ(valid_on("2021-05-10"), "spring");
  EXPECT_EQ(valid_on("2021-10-31"), "spring");
  EXPECT_EQ(valid_on("2021-11-01"), "autumn");
  EXPECT_EQ(valid_on("2022-03-31"), "autumn");
  EXPECT_EQ(valid_on("2022-04-01"), "none");
  EXPECT_EQ(valid_on("2030-01-01"), "later");
}

}  // namespace
}  // namespace vg::catalogue
