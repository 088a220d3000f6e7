// What was acknowledged is on disk, whatever happens to the process.

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/database.h"
#include "common/sql/migrations.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include <sys/wait.h>

namespace vg::sql {
namespace {

constexpr Migration kTables[] = {
    {1, "tables", "CREATE TABLE answer (id {int} NOT NULL PRIMARY KEY, body {text}) {strict};"}};

// Writes one row per transaction and says so after each, until it is killed.
[[noreturn]] void WriteForEver(const std::string& url, int64_t from, int acknowledge) {
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(url);
  if (!database.ok()) _exit(2);
  for (int64_t id = from;; ++id) {
    const absl::Status status = (*database)->Write([id](Transaction& transaction) {
      return transaction
          .Execute("INSERT INTO answer (id, body) VALUES ($1, $2)", {id, std::string(500, 'x')})
          .status();
    });
    if (!status.ok() || write(acknowledge, &id, sizeof id) != sizeof id) _exit(3);
  }
}

TEST(DurabilityTest, KeepsEveryAcknowledgedRowOfAKilledWriter) {
  const TempDir folder;
  const std::string url = absl::StrCat("sqlite:", folder.File("killed.db"));
  {
    ASSERT_OK_AND_ASSIGN(const auto database, Database::Open(url));
    ASSERT_OK(Migrate(*database, {{"test", kTables}}));
  }
  std::set<int64_t> acknowledged;
  for (int round = 0; round < 4; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(pipe_ends[0]);
      WriteForEver(url, round * 1'000'000, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    int64_t id;
    const size_t wanted = acknowledged.size() + 50 + round * 37;
    while (read(pipe_ends[0], &id, sizeof id) == sizeof id) {
      acknowledged.insert(id);
      if (acknowledged.size() == wanted) kill(child, SIGKILL);
    }
    close(pipe_ends[0]);
    int how = 0;
    ASSERT_EQ(waitpid(child, &how, 0), child);
    ASSERT_TRUE(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL) << how;

    ASSERT_OK_AND_ASSIGN(const auto database, Database::Open(url));
    std::set<int64_t> present;
    ASSERT_OK(database->Read([&](Transaction& transaction) {
      return transaction.Query("SELECT id FROM answer", {},
                               [&](const Row& row) { present.insert(row.Int64(0)); });
    }));
    EXPECT_TRUE(
        std::includes(present.begin(), present.end(), acknowledged.begin(), acknowledged.end()));
    // At most the one row whose acknowledgement was cut off.
    EXPECT_LE(present.size(), acknowledged.size() + round + 1);
  }
}

}  // namespace
}  // namespace vg::sql
