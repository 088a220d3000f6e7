#include "common/sql/group_committer.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/wait_until.h"

namespace vg::sql {
namespace {

using ::testing::Optional;

constexpr Migration kAnswers[] = {
    {1, "tables", "CREATE TABLE answer (id {int} NOT NULL PRIMARY KEY) {strict};"}};

class GroupCommitterTest : public testing::TestWithParam<TestBackend> {
 protected:
  void SetUp() override { ASSERT_OK(Migrate(*database_, {{"test", kAnswers}})); }

  static absl::Status Insert(Transaction& transaction, int64_t id) {
    return transaction.Execute("INSERT INTO answer (id) VALUES ($1)", {id}).status();
  }
  static int64_t Count(Database& database, std::string_view sql, std::vector<Value> params = {}) {
    int64_t count = -1;
    EXPECT_OK(database.Read([&](Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(const auto number, transaction.QueryInt64(sql, params));
      count = number.value_or(0);
      return absl::OkStatus();
    }));
    return count;
  }

  TestDatabase place_{GetParam()};
  std::unique_ptr<Database> database_ = place_.Open();
};

INSTANTIATE_TEST_SUITE_P(Backends, GroupCommitterTest, AllBackends(), BackendName);

TEST_P(GroupCommitterTest, ReturnsOnlyWhenOthersCanSeeTheWork) {
  GroupCommitter committer(*database_);
  const std::unique_ptr<Database> other = place_.Open();
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&, i] {
      for (int n = 0; n < 20; ++n) {
        const int64_t id = i * 1000 + n;
        EXPECT_OK(committer.Commit(i, [&](Transaction& tx) { return Insert(tx, id); }));
        EXPECT_EQ(Count(*other, "SELECT COUNT(*) FROM answer WHERE id = $1", {id}), 1);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(Count(*other, "SELECT COUNT(*) FROM answer"), 160);
  EXPECT_EQ(committer.stats().items, 160);
  EXPECT_EQ(committer.stats().waiting, 0);
}

TEST_P(GroupCommitterTest, CommitsTogetherWhatArrivesMeanwhileInOrder) {
  GroupCommitter committer(*database_);
  absl::Notification started;
  absl::Notification go_on;
  std::thread leader([&] {
    EXPECT_OK(committer.Commit(0, [&](Transaction& tx) {
      if (!started.HasBeenNotified()) started.Notify();
      go_on.WaitForNotification();
      return Insert(tx, 0);
    }));
  });
  started.WaitForNotification();
  absl::Mutex mutex;
  std::vector<int64_t> order;
  std::vector<std::thread> callers;
  for (int64_t i = 9; i >= 1; --i) {
    callers.emplace_back([&, i] {
      EXPECT_OK(committer.Commit(i, [&](Transaction& tx) {
        absl::MutexLock lock(&mutex);
        order.push_back(i);
        return Insert(tx, i);
      }));
    });
  }
  while (committer.stats().waiting < 9) std::this_thread::yield();
  go_on.Notify();
  leader.join();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(committer.stats().batches, 2);
  EXPECT_THAT(order, testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST_P(GroupCommitterTest, DoesNotLetABadItemSinkTheOthers) {
  ASSERT_OK(database_->Write([](Transaction& tx) { return Insert(tx, 50); }));
  GroupCommitter committer(*database_);
  std::atomic<int> kept = 0;
  std::atomic<int> taken = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 10; ++i) {
    callers.emplace_back([&, i] {
      for (int n = 0; n < 10; ++n) {
        const absl::Status status = committer.Commit(n, [&](Transaction& tx) -> absl::Status {
          RETURN_IF_ERROR(Insert(tx, 1000 + i * 100 + n));
          if (n % 5 == 1) return Insert(tx, 50);  // The engine refuses.
          if (n % 5 == 2) return absl::CancelledError("the domain refuses");
          return absl::OkStatus();
        });
        if (status.ok()) ++kept;
        if (absl::IsAlreadyExists(status)) ++taken;
        if (absl::IsCancelled(status)) ++refused;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(kept, 60);
  EXPECT_EQ(taken, 20);
  EXPECT_EQ(refused, 20);
  EXPECT_EQ(Count(*database_, "SELECT COUNT(*) FROM answer"), 61);
}

TEST_P(GroupCommitterTest, HoldsBatchesToTheirSize) {
  GroupCommitter committer(*database_, {.max_batch = 2, .lanes = 3});
  std::vector<std::thread> callers;
  for (int i = 0; i < 12; ++i) {
    callers.emplace_back([&, i] {
      for (int n = 0; n < 10; ++n) {
        EXPECT_OK(committer.Commit(i, [&](Transaction& tx) { return Insert(tx, i * 100 + n); }));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_GE(committer.stats().batches, 60);
  EXPECT_EQ(Count(*database_, "SELECT COUNT(*) FROM answer"), 120);
}

TEST_P(GroupCommitterTest, CommitsTogetherWhatWaitedForABatch) {
  constexpr int kWaiting = 32;
  GroupCommitter committer(*database_);
  absl::Notification under_way;
  absl::Notification end;
  std::vector<std::thread> callers;
  callers.emplace_back([&] {
    EXPECT_OK(committer.Commit(0, [&](Transaction& tx) {
      if (!under_way.HasBeenNotified()) under_way.Notify();
      end.WaitForNotification();
      return Insert(tx, 0);
    }));
  });
  under_way.WaitForNotification();
  for (int i = 1; i <= kWaiting; ++i) {
    callers.emplace_back(
        [&, i] { EXPECT_OK(committer.Commit(i, [&](Transaction& tx) { return Insert(tx, i); })); });
  }
  EXPECT_TRUE(WaitUntil([&] { return committer.stats().waiting == kWaiting; }));
  end.Notify();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(Count(*database_, "SELECT COUNT(*) FROM answer"), 1 + kWaiting);
  EXPECT_EQ(committer.stats().items, 1 + kWaiting);
  EXPECT_EQ(committer.stats().batches, 2);
}

}  // namespace
}  // namespace vg::sql
