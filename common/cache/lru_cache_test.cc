#include "common/cache/lru_cache.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/cache/make_cache.h"
#include "common/cache/tiered_cache.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"

namespace vg::cache {
namespace {

Key Named(std::string_view name) { return Key("test.value", 1, "v1", {name}); }

TEST(KeyTest, ReadsAsWhatItNames) {
  EXPECT_EQ(Key("indicators.estimates", 2, "4f0c", {"satisfied", "NL-ZH"}).text(),
            "vg:indicators.estimates:2:4f0c:satisfied:NL-ZH");
}

TEST(KeyTest, KeepsPartsApart) {
  EXPECT_NE(Key("k", 1, "v", {"a:b"}).text(), Key("k", 1, "v", {"a", "b"}).text());
  EXPECT_NE(Key("k", 1, "v", {"a%3Ab"}).text(), Key("k", 1, "v", {"a:b"}).text());
  EXPECT_NE(Key("k", 1, "v", {"", "a"}).text(), Key("k", 1, "v", {"a"}).text());
}

TEST(KeyTest, ChangesWithShapeAndVersion) {
  EXPECT_NE(Key("k", 1, "v", {}).text(), Key("k", 2, "v", {}).text());
  EXPECT_NE(Key("k", 1, "v", {}).text(), Key("k", 1, "w", {}).text());
}

class LruCacheTest : public testing::Test {
 protected:
  FakeClock clock_;
  LruCache cache_{10'000, clock_};
};

TEST_F(LruCacheTest, GivesBackWhatItWasGiven) {
  EXPECT_EQ(cache_.Get(Named("a")), std::nullopt);
  cache_.Put(Named("a"), std::string_view("x\0y", 3), absl::Minutes(1));
  EXPECT_EQ(cache_.Get(Named("a")), std::string("x\0y", 3));
  EXPECT_EQ(cache_.stats().hits, 1);
  EXPECT_EQ(cache_.stats().misses, 1);
}

TEST_F(LruCacheTest, ForgetsWhenTheTimeIsUp) {
  cache_.Put(Named("a"), "x", absl::Minutes(1));
  clock_.Advance(absl::Seconds(59));
  EXPECT_NE(cache_.Get(Named("a")), std::nullopt);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(cache_.Get(Named("a")), std::nullopt);
  EXPECT_EQ(cache_.stats().entries, 0);
  EXPECT_EQ(cache_.stats().bytes, 0);
}

TEST_F(LruCacheTest, StaysWithinItsBytes) {
  const std::string value(500, 'x');
  for (int i = 0; i < 100; ++i) cache_.Put(Named(absl::StrCat(i)), value, absl::Minutes(1));
  EXPECT_LE(cache_.stats().bytes, 10'000);
  EXPECT_GE(cache_.stats().entries, 5);
  EXPECT_NE(cache_.Get(Named("99")), std::nullopt);
  EXPECT_EQ(cache_.Get(Named("0")), std::nullopt);
}

TEST_F(LruCacheTest, ForgetsWhatWasUsedLongestAgo) {
  const std::string value(500, 'x');
  cache_.Put(Named("used"), value, absl::Minutes(1));
  cache_.Put(Named("unused"), value, absl::Minutes(1));
  for (int i = 0; i < 50; ++i) {
    EXPECT_NE(cache_.Get(Named("used")), std::nullopt) << i;
    cache_.Put(Named(absl::StrCat(i)), value, absl::Minutes(1));
  }
  EXPECT_EQ(cache_.Get(Named("unused")), std::nullopt);
}

TEST_F(LruCacheTest, DoesNotKeepAValueThatWouldPushOutTheRest) {
  cache_.Put(Named("small"), "x", absl::Minutes(1));
  cache_.Put(Named("large"), std::string(5'000, 'x'), absl::Minutes(1));
  EXPECT_EQ(cache_.Get(Named("large")), std::nullopt);
  EXPECT_NE(cache_.Get(Named("small")), std::nullopt);
  EXPECT_EQ(cache_.stats().bypasses, 1);
}

TEST_F(LruCacheTest, KeepsOneEntryOfAKeyThatIsPutAgain) {
  cache_.Put(Named("a"), "x", absl::Minutes(1));
  cache_.Put(Named("a"), "x", absl::Minutes(9));
  clock_.Advance(absl::Minutes(2));
  EXPECT_NE(cache_.Get(Named("a")), std::nullopt);
  EXPECT_EQ(cache_.stats().entries, 1);
}

TEST(TieredCacheTest, KeepsNearWhatWasFar) {
  FakeClock clock;
  auto near_owned = std::make_unique<LruCache>(10'000, clock);
  auto far_owned = std::make_unique<LruCache>(10'000, clock);
  LruCache& near = *near_owned;
  LruCache& far = *far_owned;
  TieredCache cache(std::move(near_owned), std::move(far_owned), absl::Minutes(1));

  far.Put(Named("a"), "x", absl::Hours(1));
  EXPECT_EQ(cache.Get(Named("a")), "x");
  EXPECT_EQ(near.Get(Named("a")), "x");
  clock.Advance(absl::Minutes(2));
  EXPECT_EQ(near.Get(Named("a")), std::nullopt);
  EXPECT_EQ(cache.Get(Named("a")), "x");
  EXPECT_EQ(cache.Get(Named("b")), std::nullopt);
  EXPECT_EQ(cache.stats().misses, 1);
  EXPECT_EQ(cache.stats().hits, 3);
}

TEST(MakeCacheTest, RefusesAUrlThatCannotBeRead) {
  FakeClock clock;
  EXPECT_THAT(MakeCache({.redis_url = "http://localhost"}, clock).status(),
              HasReason("BAD_REDIS_URL"));
}

TEST(MakeCacheTest, KeepsNothingIfToldSo) {
  FakeClock clock;
  ASSERT_OK_AND_ASSIGN(const auto cache, MakeCache({.memory_bytes = 0}, clock));
  cache->Put(Named("a"), "x", absl::Hours(1));
  EXPECT_EQ(cache->Get(Named("a")), std::nullopt);
}

}  // namespace
}  // namespace vg::cache
