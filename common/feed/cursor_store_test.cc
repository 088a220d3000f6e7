#include "common/feed/cursor_store.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/database.h"
#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"

namespace vg::feed {
namespace {

class CursorStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override { ASSERT_OK(sql::Migrate(*database_, {kCursorSchema})); }

  static absl::Status Store(sql::Database& database, const std::vector<Entry>& entries) {
    return database.Write([&](sql::Transaction& transaction) {
      return StoreCursors(transaction, "indicators", "responses", entries);
    });
  }
  Cursors Load(std::string_view consumer = "indicators") {
    Cursors cursors = {};
    EXPECT_OK(database_->Read([&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(cursors, LoadCursors(transaction, consumer, "responses"));
      return absl::OkStatus();
    }));
    return cursors;
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
};

INSTANTIATE_TEST_SUITE_P(Backends, CursorStoreTest, sql::AllBackends(), sql::BackendName);

TEST_P(CursorStoreTest, StartsAtZeroAndMovesPastWhatWasStored) {
  EXPECT_EQ(Load(), Cursors{});
  ASSERT_OK(Store(*database_, {{3, 1}, {5, 1}, {3, 2}}));
  ASSERT_OK(Store(*database_, {{3, 3}}));
  Cursors expected = {};
  expected[3] = 3;
  expected[5] = 1;
  EXPECT_EQ(Load(), expected);
  EXPECT_EQ(Load("another"), Cursors{});
}

TEST_P(CursorStoreTest, RefusesGapsAndRepetitions) {
  ASSERT_OK(Store(*database_, {{3, 1}, {3, 2}}));
  EXPECT_THAT(Store(*database_, {{3, 2}}), HasReason("FEED_CURSOR_MOVED"));
  EXPECT_THAT(Store(*database_, {{3, 1}}), HasReason("FEED_CURSOR_MOVED"));
  EXPECT_THAT(Store(*database_, {{3, 4}}), HasReason("FEED_CURSOR_MOVED"));
  EXPECT_THAT(Store(*database_, {{3, 3}, {3, 5}}), HasReason("FEED_CURSOR_MOVED"));
  EXPECT_THAT(Store(*database_, {{4, 2}}), HasReason("FEED_CURSOR_MOVED"));
  Cursors expected = {};
  expected[3] = 2;
  EXPECT_EQ(Load(), expected);
}

TEST_P(CursorStoreTest, LetsOneOfTwoConsumersStoreAnEntry) {
  for (int64_t number = 1; number <= 10; ++number) {
    std::atomic<int> stored = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> consumers;
    for (int i = 0; i < 3; ++i) {
      consumers.emplace_back([&] {
        const std::unique_ptr<sql::Database> handle = place_.Open();
        const absl::Status status = Store(*handle, {{7, number}});
        if (status.ok()) ++stored;
        if (absl::IsFailedPrecondition(status)) ++refused;
      });
    }
    for (std::thread& consumer : consumers) consumer.join();
    EXPECT_EQ(stored, 1);
    EXPECT_EQ(refused, 2);
  }
}

TEST_P(CursorStoreTest, ForgetsAConsumerThatIsRebuilt) {
  ASSERT_OK(Store(*database_, {{3, 1}}));
  ASSERT_OK(database_->Write([](sql::Transaction& transaction) {
    return ResetCursors(transaction, "indicators", "responses");
  }));
  EXPECT_EQ(Load(), Cursors{});
  EXPECT_OK(Store(*database_, {{3, 1}}));
}

}  // namespace
}  // namespace vg::feed
