#include "services/funding/domain/comparison/attribution.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AttributeTest, GivesOneFactorTheWholeDifference) {
  EXPECT_THAT(Attribute(1, [](const std::vector<bool>& after) { return Exact(after[0] ? 12 : 5); }),
              ElementsAre(Exact(7)));
}

TEST(AttributeTest, SharesWhatTwoFactorsDoTogetherEqually) {
  // 700 a pupil for 250 pupils becomes 500 for 258: each is weighed at the mean of the other.
  const std::vector<Exact> parts = Attribute(2, [](const std::vector<bool>& after) {
    return Exact(after[0] ? 500 : 700) * (after[1] ? 258 : 250);
  });
  EXPECT_THAT(parts, ElementsAre(Exact(-200 * 254), Exact(8 * 600)));
}

TEST(AttributeTest, GivesNothingForNoFactors) {
  EXPECT_THAT(Attribute(0, [](const std::vector<bool>&) { return Exact(3); }), IsEmpty());
}

// A table of random amounts: the worst that any formula can do.
class RandomMixture {
 public:
  RandomMixture(size_t factors, std::mt19937_64& random) : amounts_(size_t{1} << factors) {
    for (Exact& amount : amounts_) {
      amount = Exact(static_cast<int64_t>(random() % 2'000'001) - 1'000'000) /
               static_cast<int64_t>(random() % 97 + 1);
    }
  }
  const Exact& Of(const std::vector<bool>& after, bool swapped = false) const {
    size_t set = 0;
    for (size_t i = 0; i < after.size(); ++i) set |= size_t{after[i] != swapped} << i;
    return amounts_[set];
  }

 private:
  std::vector<Exact> amounts_;
};

TEST(AttributeTest, AddsUpAndChangesItsSignWithTheDirectionForAnyAmounts) {
  std::mt19937_64 random(20261128);
  for (int trial = 0; trial < 200; ++trial) {
    const size_t factors = random() % 9 + 1;  // Also more than are weighed in every order.
    const RandomMixture mixture(factors, random);
    const auto forwards = [&](const std::vector<bool>& after) { return mixture.Of(after); };
    const auto backwards = [&](const std::vector<bool>& after) { return mixture.Of(after, true); };
    const std::vector<Exact> parts = Attribute(factors, forwards);
    const std::vector<Exact> back = Attribute(factors, backwards);
    Exact sum;
    for (size_t i = 0; i < factors; ++i) {
      sum += parts[i];
      ASSERT_EQ(parts[i], -back[i]) << "trial " << trial;
    }
    ASSERT_EQ(sum, mixture.Of(std::vector<bool>(factors, true)) -
                       mixture.Of(std::vector<bool>(factors, false)))
        << "trial " << trial;
  }
}

TEST(InCentsTest, GivesTheCentThatIsLeftToThePartThatLostMost) {
  const std::vector<Exact> parts = {Number("0.333"), Number("0.666"), Number("0.001")};
  EXPECT_THAT(InCents(parts, 100), ElementsAre(33, 67, 0));
  const std::vector<Exact> negative = {Number("-0.333"), Number("-0.666"), Number("-0.001")};
  EXPECT_THAT(InCents(negative, -100), ElementsAre(-33, -67, 0));
}

TEST(InCentsTest, AddsUpForPartsOfBothSigns) {
  const std::vector<Exact> parts = {Number("10.005"), Number("-3.335"), Number("0.33")};
  EXPECT_THAT(InCents(parts, 700), ElementsAre(1000, -333, 33));
  EXPECT_THAT(InCents(std::vector<Exact>{Number("10.006"), Number("-3.331"), Number("0.335")}, 701),
              ElementsAre(1001, -333, 33));
}

TEST(InCentsTest, AddsUpAndChangesItsSignForAnyParts) {
  std::mt19937_64 random(4);
  for (int trial = 0; trial < 500; ++trial) {
    std::vector<Exact> parts;
    Exact sum;
    const size_t size = random() % 6 + 1;
    for (size_t i = 0; i + 1 < size; ++i) {
      parts.push_back(Exact(static_cast<int64_t>(random() % 20'001) - 10'000) /
                      static_cast<int64_t>(random() % 997 + 1));
      sum += parts.back();
    }
    const int64_t total = static_cast<int64_t>(random() % 20'001) - 10'000;
    parts.push_back(Exact::FromScaled(total, 2) - sum);  // As a rounding does.
    std::vector<Exact> negative;
    for (const Exact& part : parts) negative.push_back(-part);
    const std::vector<int64_t> cents = InCents(parts, total);
    const std::vector<int64_t> mirrored = InCents(negative, -total);
    int64_t added = 0;
    for (size_t i = 0; i < size; ++i) {
      added += cents[i];
      ASSERT_EQ(cents[i], -mirrored[i]);
      ASSERT_LT((Exact::FromScaled(cents[i], 2) - parts[i]).Abs(), Number("0.01"));
    }
    ASSERT_EQ(added, total);
  }
}

}  // namespace
}  // namespace vg::funding
