#include "common/concurrency/executor.h"

#include <pthread.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/concurrency/blocking.h"
#include "common/concurrency/parallel.h"

namespace vg {
namespace {

// Keeps one thread of `executor` busy until `release`; returns when the thread has begun.
void Occupy(BoundedExecutor& executor, absl::Notification& release) {
  absl::Notification began;
  ASSERT_TRUE(executor.TrySubmit([&] {
    began.Notify();
    release.WaitForNotification();
  }));
  began.WaitForNotification();
}

TEST(BoundedExecutorTest, RunsEveryTaskItTook) {
  std::atomic<int> ran = 0;
  {
    BoundedExecutor executor({.name = "test", .threads = 3, .queue_depth = 1000});
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(executor.TrySubmit([&] { ++ran; }));
  }
  EXPECT_EQ(ran, 1000);
}

TEST(BoundedExecutorTest, RefusesWhatDoesNotFitInTheQueue) {
  absl::Notification release;
  BoundedExecutor executor({.name = "test", .threads = 2, .queue_depth = 1});
  Occupy(executor, release);
  Occupy(executor, release);
  EXPECT_TRUE(executor.TrySubmit([] {}));
  EXPECT_FALSE(executor.TrySubmit([] {}));
  EXPECT_EQ(executor.stats().queued, 1);
  EXPECT_EQ(executor.stats().rejected, 1);
  EXPECT_EQ(executor.stats().active, 2);
  release.Notify();
  EXPECT_TRUE(executor.Drain(absl::InfiniteFuture()));
  EXPECT_EQ(executor.stats().completed, 3);
  EXPECT_TRUE(executor.TrySubmit([] {}));
}

TEST(BoundedExecutorTest, WithoutAQueueTakesAsManyTasksAsItHasThreads) {
  absl::Notification release;
  BoundedExecutor executor({.name = "test", .threads = 2, .queue_depth = 0});
  Occupy(executor, release);
  Occupy(executor, release);
  EXPECT_FALSE(executor.TrySubmit([] {}));
  release.Notify();
}

TEST(BoundedExecutorTest, DrainGivesUpAtItsDeadline) {
  absl::Notification release;
  BoundedExecutor executor({.name = "test", .threads = 1, .queue_depth = 1});
  Occupy(executor, release);
  EXPECT_FALSE(executor.Drain(absl::Now()));
  release.Notify();
  EXPECT_TRUE(executor.Drain(absl::InfiniteFuture()));
}

TEST(BoundedExecutorTest, RunsWhatWaitsAndRefusesWhatComesAfterStop) {
  std::atomic<int> ran = 0;
  BoundedExecutor executor({.name = "test", .threads = 1, .queue_depth = 10});
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(executor.TrySubmit([&] { ++ran; }));
  executor.Stop();
  EXPECT_EQ(ran, 5);
  EXPECT_FALSE(executor.TrySubmit([] {}));
}

TEST(BoundedExecutorTest, NamesItsThreads) {
  std::string name;
  BoundedExecutor executor({.name = "a-name-that-is-too-long", .threads = 1});
  ASSERT_TRUE(executor.TrySubmit([&] {
    char buffer[32] = {};
    pthread_getname_np(pthread_self(), buffer, sizeof(buffer));
    name = buffer;
  }));
  executor.Stop();
  EXPECT_EQ(name, "a-name-that-is-");
}

TEST(BlockingTest, IsAllowedOnThreadsOfOurs) { AssertMayBlock("a transaction"); }

#ifndef NDEBUG
TEST(BlockingDeathTest, EndsTheProcessOnAThreadOfGrpc) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(std::thread([] {
                 pthread_setname_np(pthread_self(), "nexting_thread");
                 AssertMayBlock("a transaction");
               }).join(),
               "a transaction must not run on a thread of gRPC");
}
#endif

TEST(ForEachInParallelTest, DoesEverythingOnce) {
  BoundedExecutor executor({.name = "test", .threads = 3, .queue_depth = 3});
  for (const size_t count : {size_t{0}, size_t{1}, size_t{1000}}) {
    std::vector<std::atomic<int>> done(count);
    ForEachInParallel(executor, 3, count, [&](size_t i) { ++done[i]; });
    for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
  }
}

TEST(ForEachInParallelTest, UsesThreadsThatHaveTime) {
  BoundedExecutor executor({.name = "test", .threads = 1});
  // Either waits until the other runs, too.
  absl::Notification began[2];
  ForEachInParallel(executor, 1, 2, [&](size_t i) {
    began[i].Notify();
    began[1 - i].WaitForNotification();
  });
}

TEST(ForEachInParallelTest, DoesItAloneIfNobodyHasTime) {
  absl::Notification release;
  BoundedExecutor executor({.name = "test", .threads = 1, .queue_depth = 1});
  Occupy(executor, release);
  int done = 0;
  const auto work = [&](size_t) { ++done; };
  ForEachInParallel(executor, 3, 5, work);  // Its helper waits in the queue, too late.
  ForEachInParallel(executor, 3, 5, work);  // And this one is refused.
  EXPECT_EQ(done, 10);
  release.Notify();
}

}  // namespace
}  // namespace vg
