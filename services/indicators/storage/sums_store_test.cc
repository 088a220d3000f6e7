#include "services/indicators/storage/sums_store.h"

#include <algorithm>
#include <memory>
#include <random>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/feed/cursor_store.h"
#include "common/requests/request_log.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/indicators/storage/indicator_store.h"
#include "services/indicators/storage/schema.h"

namespace vg::indicators {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'650'000'000);
constexpr char kFeed[] = "survey.responses";

class SumsStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  SumsStoreTest() {
    EXPECT_OK(sql::Migrate(*database_, {kSchema, feed::kCursorSchema, requests::kSchema}));
  }

  StoredIndicator Define(const std::string& id, const std::string& digest = "d1") {
    absl::StatusOr<StoredIndicator> stored =
        indicators_.Define({id, kFeed, "definition", digest}, "", kNow);
    EXPECT_THAT(stored, IsOk());
    return *stored;
  }

  static feed::Entry At(int partition, int64_t number) {
    feed::Entry entry;
    entry.partition = partition;
    entry.number = number;
    return entry;
  }
  // One record of school a for every serial and entry.
  static absl::StatusOr<SumsDelta> OneEach(const std::vector<int64_t>& serials,
                                           std::span<const feed::Entry> entries) {
    SumsDelta delta;
    for (const int64_t serial : serials) {
      for (const feed::Entry& entry : entries) {
        delta[{entry.partition, serial, "w", "schools/a", ""}] += {1, 1, 0};
      }
    }
    return delta;
  }
  absl::Status Fold(std::vector<feed::Entry> entries) {
    return sums_.Fold(kFeed, entries, OneEach);
  }
  absl::Status FoldPass(std::vector<feed::Entry> entries) {
    return sums_.FoldPass(kFeed, entries, OneEach);
  }
  // Makes what waits live on an empty feed.
  void GoLive() {
    EXPECT_THAT(sums_.OpenPass(kFeed), IsOk());
    EXPECT_THAT(sums_.ClosePass(kFeed), IsOkAndHolds(true));
  }
  int64_t Records(int64_t serial) {
    const auto read = sums_.Read(serial, kFeed, "w");
    EXPECT_THAT(read, IsOk());
    int64_t n = 0;
    for (const UnitSums& row : read->rows) n += row.sums.n;
    return n;
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  IndicatorStore indicators_{*database_};
  SumsStore sums_{*database_};
};

INSTANTIATE_TEST_SUITE_P(Backends, SumsStoreTest, sql::AllBackends(), sql::BackendName);

TEST_P(SumsStoreTest, TheSameDefinitionIsTheSameVersionAndAnotherIsTheNext) {
  const StoredIndicator first = Define("consent");
  EXPECT_EQ(first.version, 1);
  EXPECT_EQ(Define("consent").serial, first.serial);
  EXPECT_EQ(Define("consent", "d2").version, 2);
  EXPECT_EQ(indicators_.Newest("consent")->digest, "d2");
  EXPECT_THAT(indicators_.Newest("none"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(SumsStoreTest, ARequestIdHoldsOneDefinition) {
  const NewIndicator indicator = {"consent", kFeed, "definition", "d1"};
  ASSERT_OK(indicators_.Define(indicator, "r1", kNow));
  ASSERT_OK(indicators_.Define({"consent", kFeed, "definition", "d2"}, "r2", kNow));
  // Repeating the first answers the first, although a newer version is there.
  EXPECT_EQ(indicators_.Define(indicator, "r1", kNow)->version, 1);
  EXPECT_THAT(indicators_.Define({"other", kFeed, "definition", "d1"}, "r1", kNow),
              HasReason("REQUEST_ID_REUSED"));
}

TEST_P(SumsStoreTest, SumsAndCursorsMoveTogetherOrNotAtAll) {
  const int64_t serial = Define("consent").serial;
  GoLive();
  ASSERT_OK(Fold({At(3, 1)}));
  // The same entry again, as after a reply that got lost.
  EXPECT_THAT(Fold({At(3, 1)}), HasReason("FEED_CURSOR_MOVED"));
  ASSERT_OK(Fold({At(3, 2), At(3, 3)}));
  EXPECT_EQ(Records(serial), 3);
  EXPECT_EQ(sums_.Read(serial, kFeed, "w")->folded, 3);
}

TEST_P(SumsStoreTest, WhoAnsweredIsReadAtTheSameMoment) {
  const int64_t serial = Define("consent").serial;
  EXPECT_FALSE(sums_.Read(serial, kFeed, "w", /*respondents=*/true)->live);
  GoLive();
  ASSERT_OK(Fold({At(3, 1), At(3, 2)}));
  ASSERT_OK_AND_ASSIGN(const Figures figures, sums_.Read(serial, kFeed, "w", true));
  EXPECT_TRUE(figures.live);
  ASSERT_EQ(figures.respondents.size(), 1u);
  EXPECT_EQ(figures.respondents[0].unit, "schools/a");
  EXPECT_EQ(figures.respondents[0].sums.n, 2);
  EXPECT_TRUE(sums_.Read(serial, kFeed, "w")->respondents.empty());
}

TEST_P(SumsStoreTest, TheEntryThatCountsRespondentsIsNoIndicator) {
  EXPECT_THAT(indicators_.List("", 10), IsOkAndHolds(testing::IsEmpty()));
  EXPECT_THAT(indicators_.Newest(".responses"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const auto on_feed, indicators_.OnFeed(kFeed));
  ASSERT_EQ(on_feed.size(), 1u);
  EXPECT_TRUE(on_feed[0].counts_respondents());
}

TEST_P(SumsStoreTest, APassClosesOnlyWhereLiveFoldingStands) {
  Define("old");
  GoLive();
  ASSERT_OK(Fold({At(0, 1), At(0, 2)}));
  const int64_t serial = Define("new").serial;
  EXPECT_FALSE(sums_.Read(serial, kFeed, "w")->live);
  ASSERT_THAT(sums_.OpenPass(kFeed), IsOk());
  ASSERT_OK(FoldPass({At(0, 1)}));
  EXPECT_THAT(sums_.ClosePass(kFeed), IsOkAndHolds(false));
  ASSERT_OK(FoldPass({At(0, 2)}));
  EXPECT_THAT(sums_.ClosePass(kFeed), IsOkAndHolds(true));
  EXPECT_TRUE(indicators_.Newest("new")->live);
  EXPECT_EQ(Records(serial), 2);
}

TEST_P(SumsStoreTest, LiveFoldingCarriesAPassAlongThatHasReachedIt) {
  Define("old");
  GoLive();
  ASSERT_OK(Fold({At(0, 1), At(1, 1)}));
  const int64_t serial = Define("new").serial;
  ASSERT_THAT(sums_.OpenPass(kFeed), IsOk());
  ASSERT_OK(FoldPass({At(0, 1)}));
  // Partition 0 is taken along; partition 1 is still ahead of the pass.
  ASSERT_OK(Fold({At(0, 2), At(1, 2)}));
  EXPECT_THAT(FoldPass({At(0, 2)}), HasReason("FEED_CURSOR_MOVED"));
  ASSERT_OK(FoldPass({At(1, 1), At(1, 2)}));
  EXPECT_THAT(sums_.ClosePass(kFeed), IsOkAndHolds(true));
  EXPECT_EQ(Records(serial), 4);
}

TEST_P(SumsStoreTest, APassMayRunAheadOfLiveFolding) {
  const int64_t serial = Define("new").serial;
  ASSERT_THAT(sums_.OpenPass(kFeed), IsOk());
  ASSERT_OK(FoldPass({At(0, 1), At(0, 2)}));
  EXPECT_THAT(sums_.ClosePass(kFeed), IsOkAndHolds(false));
  // The third is new to both.
  ASSERT_OK(Fold({At(0, 1), At(0, 2), At(0, 3)}));
  EXPECT_THAT(sums_.ClosePass(kFeed), IsOkAndHolds(true));
  EXPECT_EQ(Records(serial), 3);
}

TEST_P(SumsStoreTest, TwoReplicasShareOnePassWithoutCountingTwice) {
  const int64_t serial = Define("new").serial;
  ASSERT_THAT(sums_.OpenPass(kFeed), IsOk());
  ASSERT_OK(FoldPass({At(0, 1), At(0, 2)}));
  // The other replica goes on where this one is, and this one notices.
  const std::unique_ptr<sql::Database> handle = place_.Open();
  SumsStore other(*handle);
  const absl::StatusOr<std::optional<feed::Cursors>> from = other.OpenPass(kFeed);
  ASSERT_THAT(from, IsOk());
  EXPECT_EQ((**from)[0], 2);
  ASSERT_OK(other.FoldPass(kFeed, std::vector<feed::Entry>{At(0, 3)}, OneEach));
  EXPECT_THAT(FoldPass({At(0, 3)}), HasReason("FEED_CURSOR_MOVED"));
  ASSERT_OK(Fold({At(0, 1), At(0, 2), At(0, 3)}));
  EXPECT_THAT(sums_.ClosePass(kFeed), IsOkAndHolds(true));
  EXPECT_EQ(Records(serial), 3);
}

TEST_P(SumsStoreTest, ADefinitionDuringAPassWaitsForTheNext) {
  Define("first");
  ASSERT_THAT(sums_.OpenPass(kFeed), IsOk());
  ASSERT_OK(FoldPass({At(0, 1)}));
  const int64_t second = Define("second").serial;
  ASSERT_OK(Fold({At(0, 1)}));
  EXPECT_THAT(sums_.ClosePass(kFeed), IsOkAndHolds(true));
  EXPECT_FALSE(indicators_.Newest("second")->live);
  const absl::StatusOr<std::optional<feed::Cursors>> from = sums_.OpenPass(kFeed);
  ASSERT_THAT(from, IsOk());
  EXPECT_EQ((**from)[0], 0);
  ASSERT_OK(FoldPass({At(0, 1)}));
  EXPECT_THAT(sums_.ClosePass(kFeed), IsOkAndHolds(true));
  EXPECT_EQ(Records(second), 1);
  EXPECT_EQ(*sums_.OpenPass(kFeed), std::nullopt);
}

TEST_P(SumsStoreTest, AReplacedVersionGetsNoSumsAnyMore) {
  const int64_t serial = Define("consent").serial;
  ASSERT_THAT(sums_.OpenPass(kFeed), IsOk());
  Define("consent", "d2");
  ASSERT_OK(FoldPass({At(0, 1)}));
  EXPECT_FALSE(sums_.Read(serial, kFeed, "w")->live);
  EXPECT_TRUE(sums_.Read(serial, kFeed, "w")->rows.empty());
}

TEST_P(SumsStoreTest, ManyRowsAreAddedAsFewAre) {
  const int64_t serial = Define("consent").serial;
  GoLive();
  SumsDelta delta;
  for (int i = 0; i < 200; ++i) {
    delta[{i % 4, serial, "w", "schools/" + std::to_string(i), ""}] = {1, 0, i};
  }
  for (int64_t number = 1; number <= 2; ++number) {
    ASSERT_OK(sums_.Fold(
        kFeed, std::vector<feed::Entry>{At(0, number)},
        [&](const std::vector<int64_t>&, std::span<const feed::Entry>) { return delta; }));
  }
  const Figures figures = *sums_.Read(serial, kFeed, "w");
  ASSERT_EQ(figures.rows.size(), 200u);
  for (const UnitSums& row : figures.rows) {
    EXPECT_EQ(row.sums.n, 2);
    EXPECT_EQ("schools/" + std::to_string(row.sums.squares / 2), row.unit);
  }
}

TEST_P(SumsStoreTest, TheOrderOfArrivalLeavesNoTrace) {
  const int64_t first = Define("first").serial, second = Define("second").serial;
  // Fifty changes, then some of them taken back, in two orders.
  std::vector<SumsDelta> changes;
  for (int i = 0; i < 50; ++i) {
    const std::string unit = "schools/" + std::to_string(i % 7);
    changes.push_back({{{i % 7, first, "w", unit, ""}, {1, i % 2, 0}},
                       {{i % 7, second, "w", unit, "x"}, {0, 1, 0}}});
    if (i % 3 == 0) changes.push_back({{{i % 7, first, "w", unit, ""}, {-1, -(i % 2), 0}}});
  }
  const auto digest = [&](unsigned seed) {
    sql::TestDatabase place(GetParam());
    const std::unique_ptr<sql::Database> database = place.Open();
    EXPECT_OK(sql::Migrate(*database, {kSchema, feed::kCursorSchema, requests::kSchema}));
    IndicatorStore indicators(*database);
    SumsStore sums(*database);
    for (const char* id : {"first", "second"}) {
      EXPECT_OK(indicators.Define({id, kFeed, "definition", "d1"}, "", kNow));
    }
    EXPECT_THAT(sums.OpenPass(kFeed), IsOk());
    EXPECT_THAT(sums.ClosePass(kFeed), IsOkAndHolds(true));
    std::vector<SumsDelta> shuffled = changes;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(seed));
    int64_t number = 0;
    for (const SumsDelta& delta : shuffled) {
      feed::Entry entry;
      entry.number = ++number;
      EXPECT_OK(sums.Fold(
          kFeed, std::vector<feed::Entry>{entry},
          [&](const std::vector<int64_t>&, std::span<const feed::Entry>) { return delta; }));
    }
    return *sums.Digest();
  };
  EXPECT_EQ(digest(1), digest(2));
}

// What memory holds, row by row as the database has it.
std::vector<std::tuple<std::string, std::string, int64_t>> RowsInMemory(SumsStore& viewed,
                                                                        int64_t serial) {
  std::vector<std::tuple<std::string, std::string, int64_t>> rows;
  const absl::StatusOr<LiveSums> live = viewed.View(serial, kFeed, "w", false);
  EXPECT_THAT(live, IsOk());
  EXPECT_TRUE(live->live);
  const std::vector<const std::string*> names = viewed.memory().Names();
  for (int unit = 0; unit < live->sums->size(); ++unit) {
    const std::string& name = *names[static_cast<size_t>(unit)];
    if (live->sums->BaseAt(unit).n != 0) rows.emplace_back(name, "", live->sums->BaseAt(unit).n);
    for (const SumsColumns::Category& category : live->sums->categories()) {
      if (category.At(unit).n != 0) rows.emplace_back(name, category.name, category.At(unit).n);
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

// Two processes fold in turn, as chance has it, and withdraw too; each asks after every batch.
TEST_P(SumsStoreTest, MemoryNeverAnswersWhatTheDatabaseNoLongerHolds) {
  const int64_t serial = Define("consent").serial;
  GoLive();
  const std::unique_ptr<sql::Database> other_database = place_.Open();
  SumsStore other(*other_database);
  std::mt19937 random(20220401);
  std::map<int, int64_t> heads;
  for (int batch = 0; batch < 60; ++batch) {
    std::vector<feed::Entry> entries;
    for (unsigned i = random() % 4; i <= 3; ++i) {
      const int partition = static_cast<int>(random() % 3);
      entries.push_back(At(partition, ++heads[partition]));
    }
    const unsigned seed = random();
    const auto delta = [seed](const std::vector<int64_t>& serials,
                              std::span<const feed::Entry> folded) -> absl::StatusOr<SumsDelta> {
      std::mt19937 drawn(seed);
      SumsDelta sums;
      for (const int64_t each : serials) {
        for (const feed::Entry& entry : folded) {
          const std::string unit = "schools/" + std::to_string(drawn() % 5);
          const std::string category = drawn() % 2 == 0 ? "" : "a";
          sums[{entry.partition, each, "w", unit, category}] +=
              Sums{.n = drawn() % 3 == 0 ? -1 : 1};
        }
      }
      return sums;
    };
    ASSERT_OK((random() % 2 == 0 ? sums_ : other).Fold(kFeed, entries, delta));
    std::map<std::pair<std::string, std::string>, int64_t> expected;
    const absl::StatusOr<Figures> figures = sums_.Read(serial, kFeed, "w");
    ASSERT_THAT(figures, IsOk());
    for (const UnitSums& row : figures->rows) {
      expected[{row.unit, row.category}] += row.sums.n;
    }
    std::vector<std::tuple<std::string, std::string, int64_t>> rows;
    for (const auto& [key, n] : expected) {
      if (n != 0) rows.emplace_back(key.first, key.second, n);
    }
    EXPECT_EQ(RowsInMemory(sums_, serial), rows) << "batch " << batch;
    EXPECT_EQ(RowsInMemory(other, serial), rows) << "batch " << batch;
  }
}

TEST_P(SumsStoreTest, WhoReadsKeepsWhatItReadWhileMoreIsFolded) {
  const int64_t serial = Define("consent").serial;
  GoLive();
  ASSERT_OK(Fold({At(3, 1)}));
  const auto before = sums_.View(serial, kFeed, "w", true);
  ASSERT_THAT(before, IsOk());
  ASSERT_OK(Fold({At(3, 2)}));
  const auto after = sums_.View(serial, kFeed, "w", true);
  EXPECT_EQ(before->sums->BaseAt(0).n, 1);
  EXPECT_EQ(after->sums->BaseAt(0).n, 2);
  EXPECT_EQ(after->folded, 2);
  EXPECT_NE(before->sums->content(), after->sums->content());
  // Nobody came or went.
  EXPECT_EQ(before->sums->presence(), after->sums->presence());
}

}  // namespace
}  // namespace vg::indicators
