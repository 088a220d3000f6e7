#include "common/cache/read_through.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include <gtest/gtest.h>

#include "common/cache/lru_cache.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"

namespace vg::cache {
namespace {

Key Named(std::string_view name) { return Key("test.value", 1, "v1", {name}); }

class ReadThroughTest : public testing::Test {
 protected:
  FakeClock clock_;
  LruCache cache_{1'000'000, clock_};
  ReadThrough read_through_{cache_, {.ttl = absl::Hours(1), .jitter = 0.1}};
};

TEST_F(ReadThroughTest, ComputesOnce) {
  int computed = 0;
  const auto compute = [&]() -> absl::StatusOr<std::string> {
    return absl::StrCat("value ", ++computed);
  };
  EXPECT_THAT(read_through_.Get(Named("a"), compute), IsOkAndHolds("value 1"));
  EXPECT_THAT(read_through_.Get(Named("a"), compute), IsOkAndHolds("value 1"));
  EXPECT_THAT(read_through_.Get(Named("b"), compute), IsOkAndHolds("value 2"));
}

TEST_F(ReadThroughTest, KeepsNoError) {
  EXPECT_THAT(read_through_.Get(Named("a"), [] { return absl::NotFoundError("none"); }),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(read_through_.Get(Named("a"), [] { return "x"; }), IsOkAndHolds("x"));
}

TEST_F(ReadThroughTest, SpreadsTheTimesToLive) {
  constexpr int kValues = 200;
  for (int i = 0; i < kValues; ++i) {
    ASSERT_OK(read_through_.Get(Named(absl::StrCat(i)), [] { return "x"; }));
  }
  const auto left = [&] {
    int count = 0;
    for (int i = 0; i < kValues; ++i) count += cache_.Get(Named(absl::StrCat(i))).has_value();
    return count;
  };
  clock_.Advance(absl::Minutes(53));
  EXPECT_EQ(left(), kValues);
  clock_.Advance(absl::Minutes(7));
  EXPECT_GT(left(), 0);
  EXPECT_LT(left(), kValues);
  clock_.Advance(absl::Minutes(7));
  EXPECT_EQ(left(), 0);
}

TEST_F(ReadThroughTest, ComputesOnceForManyAtOnce) {
  constexpr int kThreads = 8;
  std::atomic<int> computed = 0;
  std::atomic<int> right = 0;
  absl::Notification begun;
  absl::Notification go_on;
  const auto compute = [&]() -> absl::StatusOr<std::string> {
    if (++computed == 1) {
      begun.Notify();
      go_on.WaitForNotification();
    }
    return "x";
  };
  const auto ask = [&] {
    const auto value = read_through_.Get(Named("a"), compute);
    right += value.ok() && *value == "x";
  };
  std::vector<std::thread> threads;
  threads.emplace_back(ask);
  begun.WaitForNotification();
  for (int i = 1; i < kThreads; ++i) threads.emplace_back(ask);
  go_on.Notify();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, kThreads);
  EXPECT_EQ(computed, 1);  // Who comes too late to share finds it in the cache.
}

TEST_F(ReadThroughTest, GoesOnWhenTheOneWhoComputedWasCancelled) {
  absl::Notification begun;
  absl::Notification go_on;
  std::thread cancelled([&] {
    EXPECT_THAT(read_through_.Get(Named("a"),
                                  [&]() -> absl::StatusOr<std::string> {
                                    begun.Notify();
                                    go_on.WaitForNotification();
                                    return absl::CancelledError("gone");
                                  }),
                StatusIs(absl::StatusCode::kCancelled));
  });
  begun.WaitForNotification();
  std::thread other(
      [&] { EXPECT_THAT(read_through_.Get(Named("a"), [] { return "x"; }), IsOkAndHolds("x")); });
  go_on.Notify();
  cancelled.join();
  other.join();
}

TEST_F(ReadThroughTest, DoesNotWaitForEverForAnother) {
  ReadThrough impatient(cache_, {.patience = absl::Milliseconds(1)});
  absl::Notification begun;
  absl::Notification go_on;
  std::thread slow([&] {
    ASSERT_OK(impatient.Get(Named("a"), [&] {
      begun.Notify();
      go_on.WaitForNotification();
      return "x";
    }));
  });
  begun.WaitForNotification();
  EXPECT_THAT(impatient.Get(Named("a"), [] { return "x"; }), IsOkAndHolds("x"));
  go_on.Notify();
  slow.join();
}

}  // namespace
}  // namespace vg::cache
