#include "common/testing/redis_server.h"

#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg {
namespace {

TEST(RedisServerTest, ListensOnASocketOfItsOwn) {
  ASSERT_OK_AND_ASSIGN(const auto server, RedisServer::Start());
  EXPECT_EQ(server->port(), 0);
  EXPECT_THAT(server->Command({"SET", "key", "value"}), IsOkAndHolds("OK"));
  EXPECT_THAT(server->Command({"GET", "key"}), IsOkAndHolds("value"));
}

TEST(RedisServerTest, IsEmptyAfterItWasKilled) {
  ASSERT_OK_AND_ASSIGN(const auto server, RedisServer::Start({.tcp = true}));
  EXPECT_THAT(server->Command({"SET", "key", "value"}), IsOkAndHolds("OK"));
  server->Kill();
  EXPECT_THAT(server->Command({"GET", "key"}), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_OK(server->Restart());
  EXPECT_THAT(server->Command({"GET", "key"}), IsOkAndHolds("(nil)"));
}

TEST(RedisServerTest, AsksForThePassword) {
  ASSERT_OK_AND_ASSIGN(const auto server, RedisServer::Start({.password = "secret"}));
  EXPECT_THAT(server->Command({"CONFIG", "GET", "requirepass"}),
              IsOkAndHolds("requirepass\nsecret"));
}

}  // namespace
}  // namespace vg
