#include "services/indicators/storage/sums_store.h"

#include <algorithm>
#include <memory>
#include <random>

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

  // Makes `serials` live at `stands`.
  void GoLive(const std::vector<int64_t>& serials, const feed::Cursors& stands = {}) {
    feed::Cursors now{};
    EXPECT_THAT(sums_.FinishBackfill(kFeed, serials, stands, now), IsOkAndHolds(true));
  }

  absl::Status Fold(int partition, int64_t number, const SumsDelta& delta) {
    feed::Entry entry;
    entry.partition = partition;
    entry.number = number;
    return sums_.Fold(kFeed, std::vector<feed::Entry>{entry},
                      [&](const std::vector<int64_t>&) { return delta; });
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
  GoLive({serial});
  ASSERT_OK(Fold(3, 1, {{{3, serial, "w", "schools/a", ""}, {1, 1, 0}}}));
  // The same entry again, as after a reply that got lost.
  EXPECT_THAT(Fold(3, 1, {{{3, serial, "w", "schools/a", ""}, {1, 1, 0}}}),
              HasReason("FEED_CURSOR_MOVED"));
  ASSERT_OK(Fold(3, 2, {{{3, serial, "w", "schools/a", ""}, {1, 0, 0}}}));
  const absl::StatusOr<std::vector<UnitSums>> rows = sums_.Read(serial, "w");
  ASSERT_THAT(rows, IsOk());
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0].sums, (Sums{2, 1, 0}));
}

TEST_P(SumsStoreTest, ABackfillGoesLiveOnlyWhereLiveFoldingStands) {
  const int64_t old_serial = Define("old").serial;
  GoLive({old_serial});
  ASSERT_OK(Fold(0, 1, {}));
  const int64_t serial = Define("new").serial;
  absl::StatusOr<feed::Cursors> target = sums_.StartBackfill(kFeed, {serial});
  ASSERT_THAT(target, IsOk());
  ASSERT_OK(Fold(0, 2, {}));  // Live folding goes on meanwhile.
  feed::Cursors stands{};
  EXPECT_THAT(sums_.FinishBackfill(kFeed, {serial}, *target, stands), IsOkAndHolds(false));
  EXPECT_EQ(stands[0], 2);
  EXPECT_THAT(sums_.FinishBackfill(kFeed, {serial}, stands, stands), IsOkAndHolds(true));
  EXPECT_TRUE(indicators_.Newest("new")->live);
}

TEST_P(SumsStoreTest, AReplacedVersionGetsNoSumsAnyMore) {
  const int64_t serial = Define("consent").serial;
  ASSERT_THAT(sums_.StartBackfill(kFeed, {serial}), IsOk());
  Define("consent", "d2");
  ASSERT_OK(sums_.AddBackfill({serial}, {{{0, serial, "w", "schools/a", ""}, {1, 1, 0}}}));
  EXPECT_TRUE(sums_.Read(serial, "w")->empty());
}

TEST_P(SumsStoreTest, TheOrderOfArrivalLeavesNoTrace) {
  const int64_t first = Define("first").serial, second = Define("second").serial;
  GoLive({first, second});
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
    feed::Cursors stands{};
    EXPECT_THAT(sums.FinishBackfill(kFeed, {first, second}, {}, stands), IsOkAndHolds(true));
    std::vector<SumsDelta> shuffled = changes;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(seed));
    int64_t number = 0;
    for (const SumsDelta& delta : shuffled) {
      feed::Entry entry;
      entry.number = ++number;
      EXPECT_OK(sums.Fold(kFeed, std::vector<feed::Entry>{entry},
                          [&](const std::vector<int64_t>&) { return delta; }));
    }
    return *sums.Digest();
  };
  EXPECT_EQ(digest(1), digest(2));
}

}  // namespace
}  // namespace vg::indicators
