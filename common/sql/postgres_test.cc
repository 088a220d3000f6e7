// What only a server can do to us: go away, come back, and refuse to serialize.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/database.h"
#include "common/sql/group_committer.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/postgres_server.h"
#include "common/testing/status_matchers.h"

namespace vg::sql {
namespace {

using ::testing::Optional;

absl::Status Execute(Database& database, std::string_view sql) {
  return database.Write(
      [&](Transaction& transaction) { return transaction.Execute(sql).status(); });
}

TEST(PostgresTest, RepeatsLostRacesABoundedNumberOfTimes) {
  const TestDatabase place(TestBackend::kPostgres);
  const std::unique_ptr<Database> other = place.Open();
  ASSERT_OK(Execute(*other, "CREATE TABLE counter (value BIGINT NOT NULL)"));
  ASSERT_OK(Execute(*other, "INSERT INTO counter (value) VALUES (0)"));
  int waits = 0;
  const std::unique_ptr<Database> database =
      place.Open({.max_attempts = 4, .sleep = [&](absl::Duration wait) {
                    ++waits;
                    EXPECT_LE(wait, absl::Milliseconds(500));
                  }});
  int attempts = 0;
  // Somebody else changes the row between our reading and our writing, every time.
  const auto lose = [&](Transaction& transaction) -> absl::Status {
    ++attempts;
    RETURN_IF_ERROR(transaction.QueryInt64("SELECT value FROM counter").status());
    EXPECT_OK(Execute(*other, "UPDATE counter SET value = value + 1"));
    return transaction.Execute("UPDATE counter SET value = value + 100").status();
  };
  const absl::Status status = database->Write(lose);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(status, HasReason("DATABASE_CONFLICT"));
  EXPECT_EQ(attempts, 4);
  EXPECT_EQ(waits, 3);
  EXPECT_EQ(database->Stats().retries, 3);
}

TEST(PostgresTest, WorksOnAfterTheServerWasAway) {
  ASSERT_OK_AND_ASSIGN(const auto server, PostgresServer::Start());
  const std::string url = server->NewDatabase();
  ASSERT_OK_AND_ASSIGN(const auto database, Database::Open(url));
  ASSERT_OK(Execute(*database, "CREATE TABLE kept (value BIGINT NOT NULL)"));

  server->Stop();
  EXPECT_THAT(database->Check(), HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_THAT(Execute(*database, "INSERT INTO kept (value) VALUES (1)"),
              StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_OK(server->Restart());
  EXPECT_OK(Execute(*database, "INSERT INTO kept (value) VALUES (2)"));
  EXPECT_OK(database->Check());
}

TEST(PostgresTest, RunsWorkAgainWhenItsConnectionBreaksBeforeTheCommit) {
  const TestDatabase place(TestBackend::kPostgres);
  const std::unique_ptr<Database> database = place.Open();
  const std::unique_ptr<Database> other = place.Open();
  ASSERT_OK(Execute(*database, "CREATE TABLE kept (value BIGINT NOT NULL)"));
  int attempts = 0;
  ASSERT_OK(database->Write([&](Transaction& transaction) -> absl::Status {
    if (++attempts == 1) {
      ASSIGN_OR_RETURN(const auto pid, transaction.QueryInt64("SELECT pg_backend_pid()"));
      RETURN_IF_ERROR(other->Write([&](Transaction& killer) {
        return killer.QueryInt64("SELECT CAST(pg_terminate_backend(CAST($1 AS INT)) AS INT)", {pid})
            .status();
      }));
    }
    return transaction.Execute("INSERT INTO kept (value) VALUES (1)").status();
  }));
  EXPECT_EQ(attempts, 2);
  EXPECT_EQ(database->Stats().connections_lost, 1);
  ASSERT_OK(database->Read([](Transaction& transaction) -> absl::Status {
    EXPECT_THAT(transaction.QueryInt64("SELECT COUNT(*) FROM kept"), IsOkAndHolds(Optional(1)));
    return absl::OkStatus();
  }));
}

TEST(PostgresTest, KeepsEveryAcknowledgedRowOfAKilledServer) {
  ASSERT_OK_AND_ASSIGN(const auto server, PostgresServer::Start({.durable = true}));
  ASSERT_OK_AND_ASSIGN(const auto database, Database::Open(server->NewDatabase()));
  ASSERT_OK(Execute(*database, "CREATE TABLE kept (value BIGINT NOT NULL PRIMARY KEY)"));
  GroupCommitter committer(*database, {.lanes = 2});
  absl::Mutex mutex;
  std::set<int64_t> acknowledged;
  std::vector<std::thread> callers;
  for (int64_t caller = 0; caller < 6; ++caller) {
    callers.emplace_back([&, caller] {
      for (int64_t value = caller * 1'000'000;; ++value) {
        const absl::Status status = committer.Commit(caller, [value](Transaction& transaction) {
          return transaction.Execute("INSERT INTO kept (value) VALUES ($1)", {value}).status();
        });
        if (!status.ok()) {
          EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
          return;
        }
        const absl::MutexLock lock(&mutex);
        acknowledged.insert(value);
      }
    });
  }
  const auto enough = [&] {
    const absl::MutexLock lock(&mutex);
    return acknowledged.size() > 300;
  };
  while (!enough()) std::this_thread::yield();
  server->Kill();
  for (std::thread& caller : callers) caller.join();
  ASSERT_OK(server->Restart());
  std::set<int64_t> present;
  ASSERT_OK(database->Read([&](Transaction& transaction) {
    present.clear();
    return transaction.Query("SELECT value FROM kept", {},
                             [&](const Row& row) { present.insert(row.Int64(0)); });
  }));
  EXPECT_TRUE(
      std::includes(present.begin(), present.end(), acknowledged.begin(), acknowledged.end()));
}

TEST(PostgresTest, CancelsAStatementThatTakesTooLong) {
  const TestDatabase place(TestBackend::kPostgres);
  const std::unique_ptr<Database> database =
      place.Open({.statement_timeout = absl::Milliseconds(50)});
  EXPECT_THAT(database->Read([](Transaction& transaction) {
    return transaction.Query("SELECT pg_sleep(60)", {}, [](const Row&) {});
  }),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(PostgresTest, SaysThatAWaitForALockTookTooLong) {
  const TestDatabase place(TestBackend::kPostgres);
  const std::unique_ptr<Database> holder = place.Open();
  const std::unique_ptr<Database> waiter = place.Open({.lock_timeout = absl::Milliseconds(50)});
  ASSERT_OK(Execute(*holder, "CREATE TABLE kept (value BIGINT NOT NULL)"));
  ASSERT_OK(Execute(*holder, "INSERT INTO kept (value) VALUES (1)"));
  ASSERT_OK(holder->Write([&](Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.Execute("UPDATE kept SET value = 2").status());
    EXPECT_THAT(Execute(*waiter, "UPDATE kept SET value = 3"),
                StatusIs(absl::StatusCode::kUnavailable));
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace vg::sql
