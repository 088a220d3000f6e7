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

MenuRecord Record(std::string id, std::string start, std::string digest = "d1") {
  return {.id = id,
          .start_date = start,
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
  for (const auto& [id, start] : {std::pair("b", "2021-05-10"), std::pair("a", "2021-05-10"),
                                  std::pair("c", "2021-11-01"), std::pair("d", "2020-01-01")}) {
    ASSERT_OK(store_.Publish(Record(id, start), {}, kNow));
  }
  EXPECT_THAT(Ids("", "", 10), ElementsAre("c", "a", "b", "d"));
  EXPECT_THAT(Ids("", "", 2), ElementsAre("c", "a"));
  EXPECT_THAT(Ids("2021-05-10", "a", 10), ElementsAre("b", "d"));
  EXPECT_THAT(Ids("2020-01-01", "d", 10), ElementsAre());
}

}  // namespace
}  // namespace vg::catalogue
