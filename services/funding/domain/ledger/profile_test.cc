#include "services/funding/domain/ledger/profile.h"

#include <limits>
#include <numeric>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr absl::CivilMonth kSeptember(2021, 9);
constexpr RoundingRule kToCents;
constexpr RoundingRule kToUnits{.decimals = 0};

std::vector<Instalment> Equal(int periods) {
  std::vector<Instalment> instalments;
  for (int i = 0; i < periods; ++i) instalments.push_back({kSeptember + i, 1, periods});
  return instalments;
}

// What one component comes to once `paid_periods` are over and `paid` was paid in them.
Profile After(int paid_periods, int64_t paid, int64_t amount,
              const std::vector<Instalment>& instalments, const RoundingRule& rounding = kToCents) {
  auto months = Spread(Euro(amount), instalments, rounding, Euro(paid), kSeptember + paid_periods);
  EXPECT_OK(months);
  const Series series{"npo/bo", *months};
  auto profile = Settle({&series, 1}, Currency::Eur());
  EXPECT_OK(profile);
  return *profile;
}

std::vector<int64_t> CentsOf(const Profile& profile) {
  std::vector<int64_t> cents;
  for (const PlannedMonth& month : profile.months) cents.push_back(month.amount.cents);
  return cents;
}

TEST(ProfileTest, TheFirstOpenPeriodTakesTheArrearsOfARaise) {
  const Profile profile = After(3, 300'000, 1'100'000, Equal(10));
  EXPECT_THAT(CentsOf(profile),
              ElementsAre(140'000, 110'000, 110'000, 110'000, 110'000, 110'000, 110'000));
  EXPECT_EQ(profile.months.front().month, kSeptember + 3);
  EXPECT_EQ(profile.overpaid.cents, 0);
}

TEST(ProfileTest, WhatTheLastPeriodCannotSettleIsLeft) {
  const Profile profile = After(9, 9 * 95'000, 800'000, Equal(10));
  EXPECT_THAT(CentsOf(profile), IsEmpty());
  EXPECT_EQ(profile.overpaid.cents, 55'000);
}

TEST(ProfileTest, ALowerAmountIsSettledWithThePeriodsToCome) {
  const Profile profile = After(3, 300'000, 800'000, Equal(10));
  EXPECT_THAT(CentsOf(profile),
              ElementsAre(20'000, 80'000, 80'000, 80'000, 80'000, 80'000, 80'000));
  // 1800 too much by then: two periods are left out, and the third is lower.
  const Profile less = After(6, 600'000, 700'000, Equal(10));
  EXPECT_THAT(CentsOf(less), ElementsAre(30'000, 70'000));
  EXPECT_EQ(less.months.front().month, kSeptember + 8);
}

TEST(ProfileTest, WholeUnitsInSevenAndFiveTwelfths) {
  const std::vector<Instalment> october_and_april = {{absl::CivilMonth(2021, 10), 7, 12},
                                                     {absl::CivilMonth(2022, 4), 5, 12}};
  EXPECT_THAT(CentsOf(After(0, 0, 2'228'400, october_and_april, kToUnits)),
              ElementsAre(1'299'900, 928'500));
  EXPECT_THAT(CentsOf(After(0, 0, 751'400, october_and_april, kToUnits)),
              ElementsAre(438'300, 313'100));
  EXPECT_THAT(CentsOf(After(0, 0, 1'521'750, october_and_april, kToUnits)),
              ElementsAre(887'700, 634'050));
  // October is paid; a higher amount is made good in April.
  EXPECT_THAT(CentsOf(After(2, 438'300, 951'400, october_and_april, kToUnits)),
              ElementsAre(951'400 - 438'300));
}

TEST(ProfileTest, ALumpSumThatWasPaidIsMadeGoodInTheFirstOpenMonth) {
  const std::vector<Instalment> lump = {{kSeptember, 1, 1}};
  const Profile profile = After(1, 100'000, 120'000, lump);
  EXPECT_THAT(profile.months,
              ElementsAre(PlannedMonth{kSeptember + 1, Euro(20'000), {{"npo/bo", 20'000}}}));
  EXPECT_THAT(CentsOf(After(1, 100'000, 100'000, lump)), IsEmpty());
  EXPECT_EQ(After(1, 100'000, 70'000, lump).overpaid.cents, 30'000);
}

TEST(ProfileTest, RulesThatNameNoMonthPayInTheFirstOpenOne) {
  EXPECT_THAT(After(2, 0, 5'000, {}).months,
              ElementsAre(PlannedMonth{kSeptember + 2, Euro(5'000), {{"npo/bo", 5'000}}}));
  EXPECT_THAT(CentsOf(After(2, 2'000, 5'000, {})), ElementsAre(3'000));
}

TEST(ProfileTest, WhatIsLateIsPaidWithTheFirstOpenMonth) {
  EXPECT_THAT(CentsOf(After(8, 0, 1'000'000, Equal(10))), ElementsAre(900'000, 100'000));
  EXPECT_THAT(CentsOf(After(12, 0, 1'000'000, Equal(10))), ElementsAre(1'000'000));
}

TEST(ProfileTest, OneComponentSettlesAnother) {
  const std::vector<Series> series = {
      {"npo/bo", {{kSeptember, Euro(-300)}, {kSeptember + 1, Euro(100)}}},
      {"npo/score", {{kSeptember, Euro(200)}, {kSeptember + 2, Euro(500)}}}};
  ASSERT_OK_AND_ASSIGN(const Profile profile, Settle(series, Currency::Eur()));
  // September: 200 - 300, taken along; October: 100 - 100 = 0, taken along; November: 500.
  EXPECT_THAT(
      profile.months,
      ElementsAre(PlannedMonth{kSeptember + 2, Euro(500), {{"npo/bo", -200}, {"npo/score", 700}}}));
}

TEST(ProfileTest, AmountsThatDoNotFitAreAnError) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(Spread(Euro(most), {}, kToCents, Euro(-most), kSeptember),
              HasReason("MONEY_OVERFLOW"));
  const std::vector<Series> series = {{"a", {{kSeptember, Euro(most)}}},
                                      {"b", {{kSeptember, Euro(most)}}}};
  EXPECT_THAT(Settle(series, Currency::Eur()), HasReason("MONEY_OVERFLOW"));
}

// Whatever is granted, changed and paid in between: nothing is lost, and nobody is paid below zero.
TEST(ProfileTest, PaidAndPlannedAlwaysAddUpToTheAmountAndWhatIsOverpaid) {
  std::mt19937 random(20211001);
  for (int round = 0; round < 1000; ++round) {
    const int periods = 1 + static_cast<int>(random() % 12);
    const RoundingRule& rounding = round % 2 == 0 ? kToCents : kToUnits;
    int64_t paid = 0;
    int closed = 0;
    for (int change = 0; change < 4; ++change) {
      const auto amount = static_cast<int64_t>(random() % 2'000'000);
      const Profile profile = After(closed, paid, amount, Equal(periods), rounding);
      int64_t planned = 0;
      for (const PlannedMonth& month : profile.months) {
        EXPECT_GT(month.amount.cents, 0);
        EXPECT_GE(month.month, kSeptember + closed);
        planned += month.amount.cents;
        EXPECT_EQ(
            month.amount.cents,
            std::accumulate(month.parts.begin(), month.parts.end(), int64_t{0},
                            [](int64_t sum, const PaymentPart& part) { return sum + part.cents; }));
      }
      ASSERT_EQ(paid + planned - profile.overpaid.cents, amount);
      EXPECT_TRUE(profile.overpaid.cents == 0 || planned == 0);
      // Some months pass.
      closed += static_cast<int>(random() % 4);
      for (const PlannedMonth& month : profile.months) {
        if (month.month < kSeptember + closed) paid += month.amount.cents;
      }
    }
  }
}

}  // namespace
}  // namespace vg::funding
