#include "services/funding/domain/calculation/instalments.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr RoundingRule kCents;
constexpr RoundingRule kUnits{.decimals = 0};

std::vector<Instalment> In(const std::vector<int>& shares, int of) {
  std::vector<Instalment> instalments;
  absl::CivilMonth month(2021, 9);
  for (const int share : shares) instalments.push_back({month++, share, of});
  return instalments;
}

std::vector<int64_t> CentsOf(int64_t amount, const std::vector<Instalment>& instalments,
                             const RoundingRule& rounding) {
  std::vector<int64_t> cents;
  for (const Payment& payment : PaymentsOf(Euro(amount), instalments, rounding)) {
    cents.push_back(payment.amount.cents);
  }
  return cents;
}

TEST(InstalmentsTest, OctoberSevenTwelfthsAndAprilFiveInWholeUnits) {
  EXPECT_THAT(CentsOf(2228400, In({7, 5}, 12), kUnits), ElementsAre(1299900, 928500));
  EXPECT_THAT(CentsOf(751400, In({7, 5}, 12), kUnits), ElementsAre(438300, 313100));
  EXPECT_THAT(CentsOf(1521750, In({7, 5}, 12), kUnits), ElementsAre(887700, 634050));
}

TEST(InstalmentsTest, TheLastTakesTheRemainderOfWholeCents) {
  EXPECT_THAT(CentsOf(8200000, In({5, 7}, 12), kCents), ElementsAre(3416667, 4783333));
}

TEST(InstalmentsTest, AMonthOfArrearsIsPaidWithTheFirst) {
  EXPECT_THAT(CentsOf(1200, In({2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 12), kCents),
              ElementsAre(200, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100));
}

TEST(InstalmentsTest, NoPaymentIsMoreThanWhatIsLeft) {
  EXPECT_THAT(CentsOf(6, In({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 12), kCents),
              ElementsAre(1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(CentsOf(-6, In({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 12), kCents),
              ElementsAre(-1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0));
}

TEST(InstalmentsTest, PaymentsAlwaysAddUpToTheAmount) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::vector<int> shares(1 + random() % 24);
    int of = 0;
    for (int& share : shares) of += share = 1 + static_cast<int>(random() % 9);
    const auto amount = static_cast<int64_t>(random() % 1'000'000'000) - 500'000'000;
    int64_t sum = 0;
    for (const int64_t cents : CentsOf(amount, In(shares, of), round % 2 ? kCents : kUnits)) {
      EXPECT_GE(amount < 0 ? -cents : cents, 0);
      sum += cents;
    }
    ASSERT_EQ(sum, amount);
  }
}

TEST(InstalmentsTest, SaysWhatIsWrong) {
  EXPECT_EQ(FaultOf(In({5, 7}, 12)), "");
  EXPECT_EQ(FaultOf({}), "");
  EXPECT_THAT(FaultOf(In({5, 6}, 12)), HasSubstr("add up to 12; they add up to 11"));
  std::vector<Instalment> mixed = In({5, 7}, 12);
  mixed[1].of = 6;
  EXPECT_THAT(FaultOf(mixed), HasSubstr("same whole"));
  std::vector<Instalment> backwards = In({5, 7}, 12);
  std::swap(backwards[0].month, backwards[1].month);
  EXPECT_THAT(FaultOf(backwards), HasSubstr("months must ascend"));
  EXPECT_THAT(FaultOf(In({0, 12}, 12)), HasSubstr("1 or more"));
}

}  // namespace
}  // namespace vg::funding
