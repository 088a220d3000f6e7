#include "common/feed/feed.h"

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/database.h"
#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"

namespace vg::feed {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kFeed[] = "survey.responses";
const absl::Time kNow = absl::FromUnixMicros(1'650'000'000'123'456);

TEST(PartitionTest, NeverChanges) {
  EXPECT_EQ(PartitionOf(""), 59);
  EXPECT_EQ(PartitionOf("16SW03"), 53);
  EXPECT_EQ(PartitionOf("16SW00"), 26);
  EXPECT_EQ(PartitionOf("GM0363"), 37);
  EXPECT_EQ(PartitionOf("\xff"), 6);
}

TEST(PartitionTest, IsOneOfManyWhereWritersDoNotTakeTurns) {
  EXPECT_EQ(PartitionOf(sql::Engine::kPostgres, "16SW03"), 53);
  EXPECT_EQ(PartitionOf(sql::Engine::kSqlite, "16SW03"), 0);
}

TEST(PartitionTest, SpreadsSchoolsEvenly) {
  std::vector<int> counts(kPartitions, 0);
  for (int school = 0; school < 1000; ++school) {
    for (int branch = 0; branch < 8; ++branch) {
      ++counts[PartitionOf(absl::StrCat(school / 100, school % 10, "A",
                                        std::string(1, static_cast<char>('A' + school / 10 % 10)),
                                        "0", branch))];
    }
  }
  // 125 on average; six standard deviations of an even spread.
  for (const int count : counts) {
    EXPECT_GT(count, 58);
    EXPECT_LT(count, 192);
  }
}

class FeedTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override { ASSERT_OK(sql::Migrate(*database_, {kSchema})); }

  absl::Status Add(sql::Database& database, const std::vector<NewEntry>& entries,
                   std::string_view feed = kFeed) {
    return database.Write(
        [&](sql::Transaction& transaction) { return Append(transaction, feed, entries, kNow); },
        sql::Isolation::kReadCommitted);
  }
  std::vector<Entry> Rest(const Cursors& after, int limit = 1000, Cursors* heads = nullptr) {
    std::vector<Entry> entries;
    EXPECT_OK(database_->Read([&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(entries, ReadAll(transaction, kFeed, after, limit, heads));
      return absl::OkStatus();
    }));
    return entries;
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
};

INSTANTIATE_TEST_SUITE_P(Backends, FeedTest, sql::AllBackends(), sql::BackendName);

TEST_P(FeedTest, LeavesNoGapWhereNumbersWereReservedAndNotTaken) {
  std::array<int64_t, kPartitions> counts = {};
  counts[3] = 5;
  counts[60] = 1;
  const auto take = [&](int from_3, int from_60) {
    std::vector<int64_t> taken;
    EXPECT_OK(database_->Write(
        [&](sql::Transaction& transaction) -> absl::Status {
          taken.clear();
          Numbers numbers(transaction, kFeed);
          RETURN_IF_ERROR(numbers.Reserve(counts));
          for (int i = 0; i < from_3; ++i) taken.push_back(numbers.Take(3));
          for (int i = 0; i < from_60; ++i) taken.push_back(numbers.Take(60));
          return numbers.Finish();
        },
        sql::Isolation::kReadCommitted));
    return taken;
  };
  EXPECT_THAT(take(2, 0), ::testing::ElementsAre(1, 2));
  EXPECT_THAT(take(0, 1), ::testing::ElementsAre(1));
  EXPECT_THAT(take(5, 1), ::testing::ElementsAre(3, 4, 5, 6, 7, 2));
}

TEST_P(FeedTest, GivesEntriesBackAsTheyWereAppended) {
  const std::string payload("\0\xff octets", 9);
  ASSERT_OK(Add(*database_, {{"submitted", "16SW03", payload}}));
  ASSERT_OK(Add(*database_, {{"withdrawn", "16SW03", ""}}));
  const std::vector<Entry> entries = Rest({});
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0].partition, PartitionOf(database_->engine(), "16SW03"));
  EXPECT_EQ(entries[0].number, 1);
  EXPECT_EQ(entries[0].kind, "submitted");
  EXPECT_EQ(entries[0].key, "16SW03");
  EXPECT_EQ(entries[0].payload, payload);
  EXPECT_EQ(entries[0].time, kNow);
  EXPECT_EQ(entries[1].number, 2);
  EXPECT_EQ(entries[1].payload, "");
}

TEST_P(FeedTest, NumbersEveryPartitionFromOneInTheOrderGiven) {
  std::vector<NewEntry> entries;
  for (int i = 0; i < 500; ++i) {
    entries.push_back({"x", absl::StrCat("school", i % 97), absl::StrCat(i)});
  }
  ASSERT_OK(Add(*database_, entries));
  ASSERT_OK(Add(*database_, entries));
  Cursors heads;
  const std::vector<Entry> read = Rest({}, 100'000, &heads);
  ASSERT_THAT(read, SizeIs(1000));
  std::map<int, int64_t> last;
  std::map<std::string, std::vector<std::string>> by_key;
  for (const Entry& entry : read) {
    EXPECT_EQ(entry.number, ++last[entry.partition]);
    by_key[entry.key].push_back(entry.payload);
  }
  for (const auto& [partition, number] : last) EXPECT_EQ(heads[partition], number);
  EXPECT_THAT(by_key["school1"], ElementsAre("1", "98", "195", "292", "389", "486", "1", "98",
                                             "195", "292", "389", "486"));
  EXPECT_EQ(Lag(heads, {}), 1000);
  Cursors cursors = {};
  Advance(read, cursors);
  EXPECT_EQ(cursors, heads);
  EXPECT_EQ(Lag(heads, cursors), 0);
  EXPECT_THAT(Rest(cursors), IsEmpty());
}

TEST_P(FeedTest, KeepsFeedsApart) {
  ASSERT_OK(Add(*database_, {{"x", "a", ""}}));
  ASSERT_OK(Add(*database_, {{"y", "a", ""}}, "catalogue.programmes"));
  const std::vector<Entry> entries = Rest({});
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].kind, "x");
}

TEST_P(FeedTest, LeavesNoGapWhereATransactionWasUndone) {
  ASSERT_OK(Add(*database_, {{"first", "a", ""}}));
  EXPECT_THAT(database_->Write([&](sql::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(Append(transaction, kFeed, std::vector<NewEntry>{{"lost", "a", ""}}, kNow));
    return absl::CancelledError("no");
  }),
              StatusIs(absl::StatusCode::kCancelled));
  ASSERT_OK(Add(*database_, {{"second", "a", ""}}));
  const std::vector<Entry> entries = Rest({});
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[1].number, 2);
  EXPECT_EQ(entries[1].kind, "second");
}

TEST_P(FeedTest, ServesEveryPartitionAlthoughOneIsFarBehind) {
  if (PartitionsIn(database_->engine()) == 1) GTEST_SKIP() << "there is one partition";
  std::vector<NewEntry> many(300, {"x", "busy", ""});
  ASSERT_OK(Add(*database_, many));
  ASSERT_OK(Add(*database_, {{"x", "quiet", ""}}));
  ASSERT_NE(PartitionOf("busy"), PartitionOf("quiet"));
  std::set<std::string> keys;
  for (const Entry& entry : Rest({}, 20)) keys.insert(entry.key);
  EXPECT_THAT(keys, ElementsAre("busy", "quiet"));
  EXPECT_THAT(Rest({}, 20), SizeIs(testing::Le(20)));
}

TEST_P(FeedTest, NeverSkipsOrRepeatsForAReaderAmongConcurrentWriters) {
  constexpr int kWriters = 4;
  constexpr int kTransactions = 40;
  const int seed = static_cast<int>(std::random_device{}());
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::atomic<int64_t> written = 0;
  std::atomic<int> writing = kWriters;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      std::minstd_rand random(seed + w);
      const std::unique_ptr<sql::Database> handle = place_.Open({.max_attempts = 1000});
      std::map<std::string, int> sequence;  // Per key, as committed by this writer.
      for (int t = 0; t < kTransactions; ++t) {
        std::vector<NewEntry> entries;
        std::map<std::string, int> next = sequence;
        const int count = 1 + static_cast<int>(random() % 9);
        for (int i = 0; i < count; ++i) {
          const std::string key = absl::StrCat("k", random() % 12);
          entries.push_back({absl::StrCat("w", w), key, absl::StrCat(++next[key])});
        }
        const bool undo = random() % 5 == 0;
        const auto isolation =
            random() % 4 == 0 ? sql::Isolation::kSerializable : sql::Isolation::kReadCommitted;
        const absl::Status status = handle->Write(
            [&](sql::Transaction& transaction) -> absl::Status {
              RETURN_IF_ERROR(Append(transaction, kFeed, entries, kNow));
              std::this_thread::yield();
              return undo ? absl::CancelledError("undone") : absl::OkStatus();
            },
            isolation);
        EXPECT_EQ(status.code(), undo ? absl::StatusCode::kCancelled : absl::StatusCode::kOk)
            << status;
        if (undo) continue;
        sequence = next;
        written += count;
      }
      --writing;
    });
  }
  Cursors cursors = {};
  int64_t read = 0;
  std::map<std::pair<std::string, std::string>, int> seen;  // (writer, key) -> last.
  for (bool last_look = false;;) {
    const std::vector<Entry> entries = Rest(cursors, 30);
    for (const Entry& entry : entries) {
      EXPECT_EQ(entry.number, ++cursors[entry.partition]);
      EXPECT_EQ(entry.payload, absl::StrCat(++seen[{entry.kind, entry.key}]));
      ++read;
    }
    if (!entries.empty()) continue;
    if (last_look) break;
    last_look = writing == 0;
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(read, written);
}

}  // namespace
}  // namespace vg::feed
