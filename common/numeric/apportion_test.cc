#include "common/numeric/apportion.h"

#include <numeric>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/status/error.h"

namespace vg {
namespace {

using ::testing::ElementsAre;

TEST(ApportionTest, GivesWhatIsLeftToTheLargestRemainders) {
  // Hamilton's example: 100 seats, by population.
  EXPECT_THAT(*Apportion(100, std::vector<Exact>{47000, 16000, 15900, 12000, 6000, 3100}),
              ElementsAre(47, 16, 16, 12, 6, 3));
  EXPECT_THAT(*Apportion(100, std::vector<Exact>{1, 1, 1}), ElementsAre(34, 33, 33));
  EXPECT_THAT(*Apportion(-100, std::vector<Exact>{1, 1, 1}), ElementsAre(-34, -33, -33));
  EXPECT_THAT(*Apportion(7, std::vector<Exact>{0, 5, 0}), ElementsAre(0, 7, 0));
}

TEST(ApportionTest, RefusesWeightsThatCannotDivide) {
  EXPECT_EQ(DetailsOf(Apportion(5, {}).status()).reason, "NO_WEIGHT");
  EXPECT_EQ(DetailsOf(Apportion(5, std::vector<Exact>{0, 0}).status()).reason, "NO_WEIGHT");
  EXPECT_EQ(DetailsOf(Apportion(5, std::vector<Exact>{2, -1}).status()).reason, "NEGATIVE_WEIGHT");
}

TEST(ApportionTest, LosesNothing) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 200; ++i) {
    std::vector<Exact> weights(1 + random() % 20);
    for (Exact& weight : weights) weight = Exact(static_cast<int64_t>(1 + random() % 1000)) / 7;
    const auto total = static_cast<int64_t>(random() % 1'000'000'000);
    const std::vector<int64_t> parts = *Apportion(total, weights);
    ASSERT_EQ(std::accumulate(parts.begin(), parts.end(), int64_t{0}), total);
  }
}

}  // namespace
}  // namespace vg
