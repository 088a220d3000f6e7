// What only a file can do to us: be full, locked by another process, or no database at all.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/database.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"

namespace vg::sql {
namespace {

using ::testing::Optional;

class SqliteTest : public testing::Test {
 protected:
  static absl::Status Script(Database& database, const std::string& sql) {
    return database.Write([&](Transaction& transaction) { return transaction.ExecuteScript(sql); });
  }
  static absl::Status Insert(Database& database, size_t size) {
    return database.Write([&](Transaction& transaction) {
      return transaction
          .Execute("INSERT INTO kept (body) VALUES ($1)", {Bytes{std::string(size, 'x')}})
          .status();
    });
  }

  TempDir folder_;
  std::string url_ = absl::StrCat("sqlite:", folder_.File("test.db"));
};

TEST_F(SqliteTest, SaysThatTheDiskIsFullAndKeepsWhatIsThere) {
  ASSERT_OK_AND_ASSIGN(const auto database, Database::Open(url_));
  ASSERT_OK(Script(*database, "CREATE TABLE kept (body BLOB NOT NULL)"));
  ASSERT_OK(Insert(*database, 100));
  ASSERT_OK(Script(*database, "PRAGMA max_page_count = 10"));
  const absl::Status full = Insert(*database, 1'000'000);
  EXPECT_THAT(full, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(full, HasReason("DATABASE_FULL"));
  // A savepoint cannot save what the engine has undone as a whole.
  EXPECT_THAT(database->Write([](Transaction& transaction) -> absl::Status {
    transaction
        .Savepoint([&] {
          return transaction
              .Execute("INSERT INTO kept (body) VALUES ($1)", {Bytes{std::string(1'000'000, 'x')}})
              .status();
        })
        .IgnoreError();
    return absl::OkStatus();
  }),
              HasReason("DATABASE_FULL"));
  ASSERT_OK(Insert(*database, 100));
  ASSERT_OK(database->Read([](Transaction& transaction) -> absl::Status {
    EXPECT_THAT(transaction.QueryInt64("SELECT COUNT(*) FROM kept"), IsOkAndHolds(Optional(2)));
    return absl::OkStatus();
  }));
}

TEST_F(SqliteTest, SaysThatAnotherWriterHeldTheFileTooLong) {
  ASSERT_OK_AND_ASSIGN(const auto holder, Database::Open(url_));
  ASSERT_OK_AND_ASSIGN(const auto waiter,
                       Database::Open(url_, {.lock_timeout = absl::Milliseconds(30)}));
  ASSERT_OK(Script(*holder, "CREATE TABLE kept (body BLOB NOT NULL)"));
  ASSERT_OK(holder->Write([&](Transaction&) {
    EXPECT_THAT(Insert(*waiter, 1), HasReason("DATABASE_UNAVAILABLE"));
    return absl::OkStatus();
  }));
  EXPECT_OK(Insert(*waiter, 1));
}

TEST_F(SqliteTest, SaysThatAFileIsNoDatabase) {
  folder_.Write("test.db", std::string(5000, 'x'));
  EXPECT_THAT(Database::Open(url_), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(SqliteTest, SyncsEveryCommitToDisk) {
  ASSERT_OK_AND_ASSIGN(const auto database, Database::Open(url_));
  ASSERT_OK(database->Write([](Transaction& transaction) -> absl::Status {
    constexpr int64_t kFull = 2;
    EXPECT_THAT(transaction.QueryInt64("PRAGMA synchronous"), IsOkAndHolds(Optional(kFull)));
    EXPECT_THAT(transaction.QueryInt64("PRAGMA foreign_keys"), IsOkAndHolds(Optional(1)));
    std::string mode;
    RETURN_IF_ERROR(
        transaction
            .QueryOne("PRAGMA journal_mode", {}, [&mode](const Row& row) { mode = row.String(0); })
            .status());
    EXPECT_EQ(mode, "wal");
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace vg::sql
