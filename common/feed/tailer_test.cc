#include "common/feed/tailer.h"

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/feed/cursor_store.h"
#include "common/feed/feed.h"
#include "common/sql/database.h"
#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"

namespace vg::feed {
namespace {

constexpr char kFeed[] = "survey.responses";
constexpr absl::Duration kLong = absl::Seconds(60);  // Only reached when something is wrong.

constexpr sql::Migration kTotals[] = {
    {1, "totals", "CREATE TABLE total (key {text} NOT NULL PRIMARY KEY, sum {int} NOT NULL);"}};

// A producer and a consumer, each with a database of its own.
class TailerTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override {
    ASSERT_OK(sql::Migrate(*producer_, {kSchema}));
    ASSERT_OK(sql::Migrate(*consumer_, {kCursorSchema, {"totals", kTotals}}));
  }

  void Produce(const std::string& key, int64_t amount) {
    ASSERT_OK(producer_->Write([&](sql::Transaction& transaction) {
      return Append(transaction, kFeed, std::vector<NewEntry>{{"added", key, absl::StrCat(amount)}},
                    absl::UnixEpoch());
    }));
    signal_.Notify();
  }
  Cursors Heads() {
    Cursors heads = {};
    EXPECT_OK(producer_->Read([&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(heads, feed::Heads(transaction, kFeed));
      return absl::OkStatus();
    }));
    return heads;
  }
  int64_t Total() {
    int64_t total = 0;
    EXPECT_OK(consumer_->Read([&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(const auto sum,
                       transaction.QueryInt64("SELECT CAST(SUM(sum) AS BIGINT) FROM total"));
      total = sum.value_or(0);
      return absl::OkStatus();
    }));
    return total;
  }

  absl::StatusOr<Cursors> Load() {
    Cursors cursors = {};
    RETURN_IF_ERROR(consumer_->Read([&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(cursors, LoadCursors(transaction, "totals", kFeed));
      return absl::OkStatus();
    }));
    return cursors;
  }
  absl::Status Source(const Cursors& from, std::stop_token stop, Deliver deliver) {
    return StreamFeed(BatchesOf(*producer_, kFeed), signal_, from,
                      {.batch = 20, .poll = absl::Milliseconds(20)}, std::move(stop), deliver);
  }
  absl::Status Sink(std::span<const Entry> entries) {
    return consumer_->Write([&](sql::Transaction& transaction) -> absl::Status {
      RETURN_IF_ERROR(StoreCursors(transaction, "totals", kFeed, entries));
      for (const Entry& entry : entries) {
        RETURN_IF_ERROR(transaction
                            .Execute("INSERT INTO total (key, sum) VALUES ($1, $2) "
                                     "ON CONFLICT (key) DO UPDATE SET sum = total.sum + $2",
                                     {entry.key, std::stoll(entry.payload)})
                            .status());
      }
      return absl::OkStatus();
    });
  }
  static Tailer::Options Quick() {
    return {
        .feed = kFeed, .min_backoff = absl::Milliseconds(1), .max_backoff = absl::Milliseconds(5)};
  }

  sql::TestDatabase producer_place_{GetParam()};
  sql::TestDatabase consumer_place_{GetParam()};
  std::unique_ptr<sql::Database> producer_ = producer_place_.Open();
  std::unique_ptr<sql::Database> consumer_ = consumer_place_.Open();
  Signal signal_;
};

INSTANTIATE_TEST_SUITE_P(Backends, TailerTest, sql::AllBackends(), sql::BackendName);

TEST_P(TailerTest, StoresWhatWasThereAndWhatComes) {
  for (int i = 0; i < 50; ++i) Produce(absl::StrCat("s", i), 1);
  Tailer tailer(
      Quick(), [this] { return Load(); },
      [this](const Cursors& from, std::stop_token stop, Deliver deliver) {
        return Source(from, std::move(stop), deliver);
      },
      [this](std::span<const Entry> entries) { return Sink(entries); });
  tailer.Start();
  ASSERT_TRUE(tailer.WaitFor(Heads(), kLong));
  EXPECT_EQ(Total(), 50);
  Produce("s7", 100);
  ASSERT_TRUE(tailer.WaitFor(Heads(), kLong));
  EXPECT_EQ(Total(), 150);
  tailer.Stop();
  const Tailer::Stats stats = tailer.stats();
  EXPECT_EQ(stats.entries, 51);
  EXPECT_EQ(stats.lag, 0);
  EXPECT_EQ(stats.breaks, 0);
}

TEST_P(TailerTest, GoesOnWhereAnEarlierOneStopped) {
  for (int round = 1; round <= 3; ++round) {
    for (int i = 0; i < 10; ++i) Produce(absl::StrCat("s", i), 1);
    Tailer tailer(
        Quick(), [this] { return Load(); },
        [this](const Cursors& from, std::stop_token stop, Deliver deliver) {
          return Source(from, std::move(stop), deliver);
        },
        [this](std::span<const Entry> entries) { return Sink(entries); });
    tailer.Start();
    ASSERT_TRUE(tailer.WaitFor(Heads(), kLong));
    tailer.Stop();
    EXPECT_EQ(tailer.stats().entries, 10);
    EXPECT_EQ(Total(), round * 10);
  }
}

TEST_P(TailerTest, CountsEveryEntryOnceThroughBreaksOnBothSides) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::minstd_rand random(seed);  // Used by the tailer's thread only.
  int failures = 60;
  Tailer tailer(
      Quick(), [this] { return Load(); },
      [&](const Cursors& from, std::stop_token stop, Deliver deliver) -> absl::Status {
        return Source(from, std::move(stop),
                      [&](std::span<const Entry> entries, const Cursors* heads) -> absl::Status {
                        if (failures > 0 && random() % 3 == 0) {
                          --failures;
                          return absl::UnavailableError("the stream broke");
                        }
                        return deliver(entries, heads);
                      });
      },
      [&](std::span<const Entry> entries) -> absl::Status {
        if (failures > 0 && random() % 3 == 0) {
          --failures;
          return absl::UnavailableError("the sink's database is gone");
        }
        RETURN_IF_ERROR(Sink(entries));
        // Stored, but the tailer is told otherwise.
        if (failures > 0 && random() % 4 == 0) {
          --failures;
          return absl::UnavailableError("the connection broke during COMMIT");
        }
        return absl::OkStatus();
      });
  tailer.Start();
  int64_t expected = 0;
  for (int i = 0; i < 300; ++i) {
    Produce(absl::StrCat("s", i % 40), i);
    expected += i;
  }
  ASSERT_TRUE(tailer.WaitFor(Heads(), kLong));
  tailer.Stop();
  EXPECT_EQ(Total(), expected);
  EXPECT_THAT(tailer.stats().last_error, StatusIs(absl::StatusCode::kUnavailable));
}

TEST_P(TailerTest, CountsEveryEntryOnceWithTwoReplicas) {
  const auto make = [this] {
    return std::make_unique<Tailer>(
        Quick(), [this] { return Load(); },
        [this](const Cursors& from, std::stop_token stop, Deliver deliver) {
          return Source(from, std::move(stop), deliver);
        },
        [this](std::span<const Entry> entries) { return Sink(entries); });
  };
  const auto one = make();
  const auto other = make();
  one->Start();
  other->Start();
  for (int i = 0; i < 200; ++i) Produce(absl::StrCat("s", i % 40), 1);
  ASSERT_TRUE(one->WaitFor(Heads(), kLong));
  ASSERT_TRUE(other->WaitFor(Heads(), kLong));
  one->Stop();
  other->Stop();
  EXPECT_EQ(Total(), 200);
}

TEST(TailerStopTest, EndsASourceThatWaitsForItsStream) {
  absl::Notification waiting;
  Tailer tailer(
      {}, [] { return Cursors{}; },
      [&](const Cursors&, std::stop_token stop, Deliver) -> absl::Status {
        // As a gRPC source does: the callback cancels the call.
        absl::Notification cancelled;
        const std::stop_callback cancel(stop, [&cancelled] { cancelled.Notify(); });
        waiting.Notify();
        cancelled.WaitForNotification();
        return absl::CancelledError("cancelled");
      },
      [](std::span<const Entry>) { return absl::OkStatus(); });
  tailer.Start();
  waiting.WaitForNotification();
  tailer.Stop();
  EXPECT_FALSE(tailer.stats().connected);
}

TEST(SignalTest, ReturnsAtOnceWhenSomethingHappenedSinceTheTicket) {
  Signal signal;
  const uint64_t ticket = signal.Ticket();
  signal.Notify();
  EXPECT_TRUE(signal.Wait(ticket, kLong));
  EXPECT_FALSE(signal.Wait(signal.Ticket(), absl::Milliseconds(1)));
}

TEST(SignalTest, WakesAWaiterForAStop) {
  Signal signal;
  std::stop_source source;
  std::thread stopper([&] { source.request_stop(); });
  EXPECT_FALSE(signal.Wait(signal.Ticket(), kLong, source.get_token()));
  stopper.join();
}

}  // namespace
}  // namespace vg::feed
