#include "common/cache/redis_cache.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/log/log.h"
#include "common/testing/fake_clock.h"
#include "common/testing/free_port.h"
#include "common/testing/redis_server.h"
#include "common/testing/status_matchers.h"
#include "common/testing/wait_until.h"
#include "common/time/stopwatch.h"

namespace vg::cache {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr int kFailuresToOpen = 3;

Key Named(std::string_view name) { return Key("test.value", 1, "v1", {name}); }

// The warnings and notes of a test, one per line.
class LogLines {
 public:
  LogLines() {
    log::SetSink([this](std::string_view line) {
      absl::MutexLock lock(&mutex_);
      lines_.emplace_back(line);
    });
  }
  ~LogLines() { log::SetSink({}); }
  std::vector<std::string> lines() const {
    absl::MutexLock lock(&mutex_);
    return lines_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

class RedisCacheTest : public testing::Test {
 protected:
  void Start(RedisServer::Options options = {}) {
    ASSERT_OK_AND_ASSIGN(server_, RedisServer::Start(std::move(options)));
    Open(server_->url());
  }
  void Open(const std::string& url, absl::Duration timeout = absl::Milliseconds(100)) {
    ASSERT_OK_AND_ASSIGN(const RedisUrl parsed, ParseRedisUrl(url));
    cache_ = std::make_unique<RedisCache>(
        RedisCache::Options{.url = parsed,
                            .timeout = timeout,
                            .max_connections = 4,
                            .max_value_bytes = 1000,
                            .breaker = {.failures = kFailuresToOpen, .rest = absl::Seconds(1)}},
        clock_);
  }

  LogLines log_;
  FakeClock clock_;
  std::unique_ptr<RedisServer> server_;
  std::unique_ptr<RedisCache> cache_;
};

TEST_F(RedisCacheTest, GivesBackWhatItWasGiven) {
  Start();
  EXPECT_EQ(cache_->Get(Named("a")), std::nullopt);
  cache_->Put(Named("a"), std::string_view("x\0\r\ny", 5), absl::Minutes(1));
  EXPECT_EQ(cache_->Get(Named("a")), std::string("x\0\r\ny", 5));
  cache_->Put(Named("empty"), "", absl::Minutes(1));
  EXPECT_EQ(cache_->Get(Named("empty")), "");
  EXPECT_EQ(cache_->stats().hits, 2);
  EXPECT_EQ(cache_->stats().misses, 1);
  EXPECT_THAT(log_.lines(), SizeIs(0));
}

TEST_F(RedisCacheTest, SharesWithOtherReplicas) {
  Start();
  cache_->Put(Named("a"), "x", absl::Minutes(1));
  Open(server_->url());
  EXPECT_EQ(cache_->Get(Named("a")), "x");
}

TEST_F(RedisCacheTest, LimitsTheTimeToLive) {
  Start();
  cache_->Put(Named("a"), "x", absl::Minutes(1));
  ASSERT_OK_AND_ASSIGN(const std::string left, server_->Command({"PTTL", Named("a").text()}));
  EXPECT_GT(std::stoi(left), 0);
  EXPECT_LE(std::stoi(left), 60'000);
}

TEST_F(RedisCacheTest, DoesNotSendWhatIsTooLarge) {
  Start();
  cache_->Put(Named("a"), std::string(1001, 'x'), absl::Minutes(1));
  EXPECT_EQ(cache_->Get(Named("a")), std::nullopt);
  EXPECT_EQ(cache_->stats().bypasses, 1);
}

TEST_F(RedisCacheTest, TakesADamagedOrForeignValueForAMiss) {
  Start();
  cache_->Put(Named("a"), "the value", absl::Minutes(1));
  ASSERT_OK(server_->Command({"SETRANGE", Named("a").text(), "10", "?"}));
  EXPECT_EQ(cache_->Get(Named("a")), std::nullopt);
  ASSERT_OK(server_->Command({"SET", Named("b").text(), "short"}));
  EXPECT_EQ(cache_->Get(Named("b")), std::nullopt);
  cache_->Put(Named("c"), "of c", absl::Minutes(1));
  ASSERT_OK(server_->Command({"COPY", Named("c").text(), Named("d").text()}));
  EXPECT_EQ(cache_->Get(Named("d")), std::nullopt);
  EXPECT_EQ(cache_->stats().errors, 3);
}

TEST_F(RedisCacheTest, NeedNotBeThereAtTheStart) {
  Open("unix:///nonexistent/redis");
  for (int i = 0; i < kFailuresToOpen; ++i) EXPECT_EQ(cache_->Get(Named("a")), std::nullopt);
  cache_->Put(Named("a"), "x", absl::Minutes(1));
  EXPECT_EQ(cache_->stats().errors, kFailuresToOpen);
  EXPECT_EQ(cache_->stats().bypasses, 1);
  EXPECT_TRUE(cache_->stats().broken);
  ASSERT_THAT(log_.lines(), SizeIs(1));
  EXPECT_THAT(log_.lines()[0], HasSubstr("going on without Redis"));
}

TEST_F(RedisCacheTest, ReadsOnWithoutAFailureAfterARestart) {
  Start();
  cache_->Put(Named("a"), "x", absl::Minutes(1));
  server_->Kill();
  ASSERT_OK(server_->Restart());
  EXPECT_EQ(cache_->Get(Named("a")), std::nullopt);
  cache_->Put(Named("a"), "x", absl::Minutes(1));
  EXPECT_EQ(cache_->Get(Named("a")), "x");
  EXPECT_EQ(cache_->stats().errors, 0);
}

TEST_F(RedisCacheTest, ComesBackWhenRedisDoes) {
  Start({.tcp = true});
  cache_->Put(Named("a"), "x", absl::Minutes(1));
  server_->Kill();
  for (int i = 0; i < kFailuresToOpen; ++i) EXPECT_EQ(cache_->Get(Named("a")), std::nullopt);
  EXPECT_TRUE(cache_->stats().broken);
  ASSERT_OK(server_->Restart());
  EXPECT_EQ(cache_->Get(Named("a")), std::nullopt);  // Still open: not asked.
  EXPECT_EQ(cache_->stats().misses, 0);
  clock_.Advance(absl::Seconds(1));
  cache_->Put(Named("a"), "x", absl::Minutes(1));  // The probe.
  EXPECT_EQ(cache_->Get(Named("a")), "x");
  EXPECT_FALSE(cache_->stats().broken);
  ASSERT_THAT(log_.lines(), SizeIs(2));
  EXPECT_THAT(log_.lines()[1], HasSubstr("Redis is back"));
}

TEST_F(RedisCacheTest, WaitsForAPausedRedisNoLongerThanItsTimeout) {
  Start();
  cache_->Put(Named("a"), "x", absl::Minutes(1));
  server_->Pause();
  const Stopwatch stopwatch;
  for (int i = 0; i < kFailuresToOpen + 100; ++i) {
    EXPECT_EQ(cache_->Get(Named("a")), std::nullopt);
  }
  EXPECT_GE(stopwatch.Elapsed(), absl::Milliseconds(100));
  EXPECT_LT(stopwatch.Elapsed(), absl::Seconds(5));
  server_->Resume();
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(cache_->Get(Named("a")), "x");
}

TEST_F(RedisCacheTest, NeverTakesALateReplyForTheAnswerToAnotherQuestion) {
  Start();
  cache_->Put(Named("a"), "of a", absl::Minutes(1));
  cache_->Put(Named("b"), "of b", absl::Minutes(1));
  server_->Pause();
  EXPECT_EQ(cache_->Get(Named("a")), std::nullopt);
  server_->Resume();
  EXPECT_EQ(cache_->Get(Named("b")), "of b");
}

TEST_F(RedisCacheTest, LogsInWithAPassword) {
  Start({.password = "s@cret"});
  Open(absl::StrCat("unix://:s%40cret@", server_->url().substr(server_->url().rfind('@') + 1)));
  cache_->Put(Named("a"), "x", absl::Minutes(1));
  EXPECT_EQ(cache_->Get(Named("a")), "x");
}

TEST_F(RedisCacheTest, LogsInAsAnAclUserToADatabaseOfItsOwn) {
  Start({.tcp = true});
  ASSERT_THAT(server_->Command({"ACL", "SETUSER", "app", "on", ">pw", "~vg:*", "+@all"}),
              IsOkAndHolds("OK"));
  Open(absl::StrCat("redis://app:pw@127.0.0.1:", server_->port(), "/2"));
  cache_->Put(Named("a"), "x", absl::Minutes(1));
  EXPECT_EQ(cache_->Get(Named("a")), "x");
  EXPECT_THAT(server_->Command({"EXISTS", Named("a").text()}), IsOkAndHolds("0"));
}

TEST_F(RedisCacheTest, GoesWithoutWhenThePasswordIsWrong) {
  Start({.tcp = true, .password = "right"});
  for (const std::string login : {":wrong@", ""}) {
    Open(absl::StrCat("redis://", login, "127.0.0.1:", server_->port()));
    for (int i = 0; i < kFailuresToOpen; ++i) {
      cache_->Put(Named("a"), "x", absl::Minutes(1));
      EXPECT_EQ(cache_->Get(Named("a")), std::nullopt);
    }
    EXPECT_TRUE(cache_->stats().broken);
    EXPECT_EQ(cache_->stats().hits, 0);
  }
  EXPECT_THAT(log_.lines(), SizeIs(2));
  EXPECT_THAT(log_.lines()[0], HasSubstr("WRONGPASS"));
  EXPECT_THAT(log_.lines()[0], Not(HasSubstr(":wrong")));
}

TEST_F(RedisCacheTest, ReadsOnWhenRedisIsFull) {
  Start();
  cache_->Put(Named("a"), "x", absl::Minutes(1));
  ASSERT_THAT(server_->Command({"CONFIG", "SET", "maxmemory", "1"}), IsOkAndHolds("OK"));
  for (int i = 0; i < 2 * kFailuresToOpen; ++i) {
    cache_->Put(Named("b"), "y", absl::Minutes(1));
  }
  EXPECT_FALSE(cache_->stats().broken);
  EXPECT_EQ(cache_->stats().errors, 2 * kFailuresToOpen);
  EXPECT_EQ(cache_->Get(Named("a")), "x");
}

TEST_F(RedisCacheTest, SaysOfAClusterThatItIsNotSupportedAndIsDegradedRatherThanMissing) {
  // Of two nodes, each with half of the slots.
  std::unique_ptr<RedisServer> nodes[2];
  for (auto& node : nodes) {
    ASSERT_OK_AND_ASSIGN(
        node, RedisServer::Start({.tcp = true,
                                  .arguments = {"--cluster-enabled", "yes", "--cluster-port",
                                                absl::StrCat(FreePort())}}));
  }
  ASSERT_THAT(nodes[0]->Command({"CLUSTER", "ADDSLOTSRANGE", "0", "8191"}), IsOkAndHolds("OK"));
  ASSERT_THAT(nodes[1]->Command({"CLUSTER", "ADDSLOTSRANGE", "8192", "16383"}), IsOkAndHolds("OK"));
  ASSERT_OK_AND_ASSIGN(const std::string bus, nodes[1]->Command({"CONFIG", "GET", "cluster-port"}));
  ASSERT_THAT(nodes[0]->Command({"CLUSTER", "MEET", "127.0.0.1", absl::StrCat(nodes[1]->port()),
                                 bus.substr(bus.find('\n') + 1)}),
              IsOkAndHolds("OK"));
  ASSERT_TRUE(WaitUntil(
      [&] {
        const auto info = nodes[0]->Command({"CLUSTER", "INFO"});
        return info.ok() && absl::StrContains(*info, "cluster_state:ok");
      },
      absl::Minutes(1)));

  Open(nodes[0]->url(), absl::Seconds(10));
  for (int i = 0; i < 50; ++i) {
    cache_->Put(Named(absl::StrCat(i)), "x", absl::Minutes(1));
    cache_->Get(Named(absl::StrCat(i)));
    clock_.Advance(absl::Seconds(1));
  }
  EXPECT_TRUE(cache_->stats().broken);
  EXPECT_EQ(cache_->stats().errors, 1);
  ASSERT_THAT(log_.lines(), SizeIs(1));
  EXPECT_THAT(log_.lines()[0],
              testing::AllOf(HasSubstr("ERROR"), HasSubstr("Redis Cluster, which is not supported"),
                             HasSubstr("MOVED ")));
}

TEST_F(RedisCacheTest, IsNeverWrongWhileRedisIsKilledAndRestartedUnderLoad) {
  Start();
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; !stop; ++i) {
        const std::string name = absl::StrCat((t * 31 + i) % 50);
        if (const auto value = cache_->Get(Named(name))) {
          (*value == "value of " + name ? right : wrong) += 1;
        } else {
          cache_->Put(Named(name), "value of " + name, absl::Minutes(1));
        }
        clock_.Advance(absl::Milliseconds(20));
      }
    });
  }
  const auto wait_for_more = [&] {
    const Stopwatch stopwatch;
    const int before = right;
    while (right < before + 200 && stopwatch.Elapsed() < absl::Seconds(30)) {
      std::this_thread::yield();
    }
    EXPECT_GE(right, before + 200);
  };
  for (int round = 0; round < 3; ++round) {
    wait_for_more();
    server_->Kill();
    EXPECT_OK(server_->Restart());
  }
  wait_for_more();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace vg::cache
