// A cache behind a real sentinel, while the master is killed or gives way to a replica.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/cache/redis_cache.h"
#include "common/testing/child_process.h"
#include "common/testing/fake_clock.h"
#include "common/testing/free_port.h"
#include "common/testing/redis_server.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"

namespace vg::cache {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(1);

Key ValueOf(std::string_view name) { return Key("test.value", 1, "v1", {name}); }

class RedisSentinelTest : public testing::Test {
 protected:
  void SetUp() override {
    // Without the delay, or a replica is in step after five seconds only.
    ASSERT_OK_AND_ASSIGN(
        first_,
        RedisServer::Start({.tcp = true, .arguments = {"--repl-diskless-sync-delay", "0"}}));
    ASSERT_OK_AND_ASSIGN(
        second_, RedisServer::Start(
                     {.tcp = true,
                      .arguments = {"--replicaof", "127.0.0.1", absl::StrCat(first_->port())}}));
    sentinel_port_ = FreePort();
    folder_.Write("sentinel.conf",
                  absl::StrCat("port ", sentinel_port_, "\nbind 127.0.0.1\ndir ", folder_.path(),
                               "\nsentinel monitor voortgang 127.0.0.1 ", first_->port(), " 1\n",
                               "sentinel down-after-milliseconds voortgang 500\n",
                               "sentinel failover-timeout voortgang 2000\n"));
    ASSERT_OK_AND_ASSIGN(
        sentinel_,
        ChildProcess::Start({"redis-server", folder_.File("sentinel.conf"), "--sentinel"},
                            {.output = folder_.File("sentinel.log")}));
    // A failover needs a replica that the sentinel has found to be in step.
    ASSERT_TRUE(WaitUntil(
        [&] {
          const auto replication = second_->Command({"INFO", "replication"});
          return replication.ok() && absl::StrContains(*replication, "master_link_status:up") &&
                 Sentinel({"SENTINEL", "CKQUORUM", "voortgang"}).ok() &&
                 Sentinel({"SENTINEL", "REPLICAS", "voortgang"}).value_or("0") == "1";
        },
        kPatience))
        << ReadFile(folder_.File("sentinel.log"));
    ASSERT_OK_AND_ASSIGN(const RedisUrl url,
                         ParseRedisUrl(absl::StrCat(
                             "sentinel://127.0.0.1:1,127.0.0.1:", sentinel_port_, "/voortgang")));
    cache_ = std::make_unique<RedisCache>(
        RedisCache::Options{.url = url, .timeout = absl::Milliseconds(500)}, clock_);
  }

  // The number of items where the answer is a list.
  absl::StatusOr<std::string> Sentinel(const std::vector<std::string_view>& words) {
    const auto connection =
        RedisConnection::Open({.host = "127.0.0.1", .port = sentinel_port_}, absl::Seconds(5));
    if (!connection.ok()) return connection.status();
    auto answer = (*connection)->Run(words);
    if (!answer.ok()) return answer.status();
    return (*answer).value_or("");
  }

  bool KeepsAgain(std::string_view name) {
    return WaitUntil(
        [&] {
          clock_.Advance(absl::Seconds(1));  // The breaker's rest.
          cache_->Put(ValueOf(name), "x", absl::Minutes(10));
          return cache_->Get(ValueOf(name)) == "x";
        },
        kPatience);
  }

  FakeClock clock_;
  const TempDir folder_;
  std::unique_ptr<RedisServer> first_;
  std::unique_ptr<RedisServer> second_;
  int sentinel_port_ = 0;
  std::unique_ptr<ChildProcess> sentinel_;
  std::unique_ptr<RedisCache> cache_;
};

TEST_F(RedisSentinelTest, AsksTheNextSentinelWhereOneDoesNotAnswer) {
  cache_->Put(ValueOf("a"), "x", absl::Minutes(10));
  EXPECT_EQ(cache_->Get(ValueOf("a")), "x");
  EXPECT_THAT(first_->Command({"EXISTS", ValueOf("a").text()}), IsOkAndHolds("1"));
  EXPECT_EQ(cache_->stats().errors, 0);
}

TEST_F(RedisSentinelTest, FollowsTheMasterWhenItDies) {
  cache_->Put(ValueOf("a"), "x", absl::Minutes(10));
  first_->Kill();
  EXPECT_EQ(cache_->Get(ValueOf("a")), std::nullopt) << "a miss, while nobody is master";
  EXPECT_TRUE(KeepsAgain("b"));
  EXPECT_THAT(second_->Command({"EXISTS", ValueOf("b").text()}), IsOkAndHolds("1"));
}

TEST_F(RedisSentinelTest, FollowsTheMasterWhenItIsMadeAReplica) {
  cache_->Put(ValueOf("a"), "x", absl::Minutes(10));
  // Refused until the sentinel has heard of the replica that it is in step.
  ASSERT_TRUE(WaitUntil(
      [&] {
        return Sentinel({"SENTINEL", "FAILOVER", "voortgang"}).ok();
      },
      kPatience));
  ASSERT_TRUE(WaitUntil(
      [&] {
        const auto replication = first_->Command({"INFO", "replication"});
        return replication.ok() && absl::StrContains(*replication, "role:slave");
      },
      kPatience));
  EXPECT_TRUE(KeepsAgain("b"));
  EXPECT_THAT(second_->Command({"EXISTS", ValueOf("b").text()}), IsOkAndHolds("1"));
  EXPECT_THAT(second_->Command({"INFO", "replication"}),
              IsOkAndHolds(testing::HasSubstr("role:master")));
}

TEST_F(RedisSentinelTest, GoesWithoutWhereNoSentinelKnowsTheMaster) {
  ASSERT_OK_AND_ASSIGN(
      const RedisUrl url,
      ParseRedisUrl(absl::StrCat("sentinel://127.0.0.1:", sentinel_port_, "/another")));
  RedisCache cache({.url = url, .timeout = absl::Milliseconds(500)}, clock_);
  EXPECT_EQ(cache.Get(ValueOf("a")), std::nullopt);
  EXPECT_EQ(cache.stats().errors, 1);
}

}  // namespace
}  // namespace vg::cache
