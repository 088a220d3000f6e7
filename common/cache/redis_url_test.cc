#include "common/cache/redis_url.h"

#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::cache {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RedisUrlTest, ReadsAllParts) {
  ASSERT_OK_AND_ASSIGN(const RedisUrl url, ParseRedisUrl("redis://app:s%40cret@cache.svc:6380/3"));
  EXPECT_EQ(url.user, "app");
  EXPECT_EQ(url.password, "s@cret");
  EXPECT_EQ(url.host, "cache.svc");
  EXPECT_EQ(url.port, 6380);
  EXPECT_EQ(url.database, 3);
}

TEST(RedisUrlTest, LeavesTheRestAtItsDefault) {
  ASSERT_OK_AND_ASSIGN(const RedisUrl url, ParseRedisUrl("redis://localhost"));
  EXPECT_EQ(url.port, 6379);
  EXPECT_EQ(url.database, 0);
  EXPECT_EQ(url.password, "");
}

TEST(RedisUrlTest, ReadsAPasswordWithoutUser) {
  ASSERT_OK_AND_ASSIGN(const RedisUrl url, ParseRedisUrl("redis://:p:w@localhost"));
  EXPECT_EQ(url.user, "");
  EXPECT_EQ(url.password, "p:w");
}

TEST(RedisUrlTest, ReadsASocket) {
  ASSERT_OK_AND_ASSIGN(const RedisUrl url, ParseRedisUrl("unix://:pw@/run/redis/s?db=2"));
  EXPECT_EQ(url.socket, "/run/redis/s");
  EXPECT_EQ(url.host, "");
  EXPECT_EQ(url.password, "pw");
  EXPECT_EQ(url.database, 2);
}

TEST(RedisUrlTest, ReadsAnIpv6Address) {
  ASSERT_OK_AND_ASSIGN(const RedisUrl url, ParseRedisUrl("redis://[::1]:6390"));
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, 6390);
  EXPECT_EQ(Describe(url), "redis://[::1]:6390/0");
}

TEST(RedisUrlTest, ReadsSentinels) {
  ASSERT_OK_AND_ASSIGN(const RedisUrl url,
                       ParseRedisUrl("sentinel://:pw@s1.svc,[::1]:26380/voortgang/1"));
  ASSERT_EQ(url.sentinels.size(), 2u);
  EXPECT_EQ(url.sentinels[0].host, "s1.svc");
  EXPECT_EQ(url.sentinels[0].port, 26379);
  EXPECT_EQ(url.sentinels[1].host, "::1");
  EXPECT_EQ(url.sentinels[1].port, 26380);
  EXPECT_EQ(url.master, "voortgang");
  EXPECT_EQ(url.password, "pw");
  EXPECT_EQ(url.database, 1);
  EXPECT_EQ(Describe(url), "sentinel://s1.svc:26379,[::1]:26380/voortgang/1");
}

TEST(RedisUrlTest, SaysWhatIsWrong) {
  const struct {
    const char* url;
    const char* says;
  } kCases[] = {
      {"", "must be redis://"},
      {"http://localhost", "must be redis://"},
      {"rediss://localhost", "TLS"},
      {"redis://", "no host"},
      {"redis://user@localhost", "without password"},
      {"redis://u:%zz@localhost", "hexadecimal"},
      {"redis://u:%4@localhost", "incomplete"},
      {"redis://localhost:0", "port"},
      {"redis://localhost:65536", "port"},
      {"redis://localhost:x", "port"},
      {"redis://localhost/x", "number of a database"},
      {"redis://[::1", "without its ]"},
      {"redis://[::1]6379", "port"},
      {"sentinel://s1,s2", "name the master"},
      {"sentinel://s1,/voortgang", "no host"},
      {"sentinel://s1:0/voortgang", "port"},
      {"sentinel://s1/voortgang/x", "number of a database"},
      {"unix://socket", "whole path"},
      {"unix:///socket?timeout=1", "other than db"},
  };
  for (const auto& bad : kCases) {
    EXPECT_THAT(ParseRedisUrl(bad.url),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(bad.says)))
        << bad.url;
  }
}

TEST(RedisUrlTest, KeepsThePasswordToItself) {
  EXPECT_THAT(ParseRedisUrl("redis://app:secret@localhost:x").status().ToString(),
              Not(HasSubstr("secret")));
  ASSERT_OK_AND_ASSIGN(const RedisUrl url, ParseRedisUrl("redis://app:secret@localhost"));
  EXPECT_EQ(Describe(url), "redis://localhost:6379/0");
}

}  // namespace
}  // namespace vg::cache
