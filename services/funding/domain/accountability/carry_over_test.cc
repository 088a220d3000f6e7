#include "services/funding/domain/accountability/carry_over.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::funding {
namespace {

CarryOverRule Rule(std::optional<Exact> percentage, std::optional<int64_t> cents) {
  return {.school_year = "2021-2022",
          .most_percentage = std::move(percentage),
          .most_cents = cents,
          .until = absl::CivilDay(2023, 7, 31),
          .legal_reference = "article 7"};
}

UnspentFunds Funds(int64_t received, int64_t unspent, int64_t carried = 0) {
  return {.recipient = "16SW01", .received = received, .unspent = unspent, .carried = carried};
}

TEST(CarryOverTest, KnowsTheSchoolYearThatFollows) {
  EXPECT_EQ(NextSchoolYear("2021-2022"), "2022-2023");
  EXPECT_EQ(LastDayOfSchoolYear("2021-2022"), absl::CivilDay(2022, 7, 31));
  for (const char* other : {"2021-2023", "2021", "2021/2022", "abcd-efgh", ""}) {
    EXPECT_EQ(NextSchoolYear(other), std::nullopt) << other;
  }
}

TEST(CarryOverTest, WithoutALimitAllThatIsUnspentMoves) {
  EXPECT_EQ(Divide(Rule(std::nullopt, std::nullopt), Funds(1000, 400)),
            (CarryOverPart{"16SW01", 400, 400, 0}));
  EXPECT_EQ(Divide(Rule(std::nullopt, std::nullopt), Funds(1000, -5)),
            (CarryOverPart{"16SW01", 0, 0, 0}));
}

TEST(CarryOverTest, TheSmallestLimitCountsAndPercentagesAreRoundedDown) {
  EXPECT_EQ(Divide(Rule(Exact(10), std::nullopt), Funds(999, 400)),
            (CarryOverPart{"16SW01", 400, 99, 301}));
  EXPECT_EQ(Divide(Rule(Exact(10), 50), Funds(999, 400)), (CarryOverPart{"16SW01", 400, 50, 350}));
  EXPECT_EQ(Divide(Rule(Exact(10), 5000), Funds(999, 40)), (CarryOverPart{"16SW01", 40, 40, 0}));
}

TEST(CarryOverTest, WhatWasCarriedOverBeforeCountsForTheLimit) {
  EXPECT_EQ(Divide(Rule(std::nullopt, 100), Funds(1000, 400, 70)),
            (CarryOverPart{"16SW01", 400, 30, 370}));
  EXPECT_EQ(Divide(Rule(std::nullopt, 100), Funds(1000, 400, 170)),
            (CarryOverPart{"16SW01", 400, 0, 400}));
}

TEST(CarryOverTest, EachBookIsBalancedByItself) {
  const CarryOverEntries entries =
      Carry({.id = "a",
             .rule = Rule(std::nullopt, std::nullopt),
             .currency = Currency::Eur(),
             .day = absl::CivilDay(2022, 9, 1),
             .actor = "users/ada"},
            "16SW01", 400, {{"overpaid:npo", 55}, {"overpaid:old:2020-2021", 7}});
  EXPECT_OK(CheckEntry(entries.from));
  EXPECT_OK(CheckEntry(entries.to));
  EXPECT_EQ(entries.from.postings[0].amount, Money{-400});
  EXPECT_EQ(entries.to.postings[1].amount, Money{400});
  // What was brought in before keeps its name.
  EXPECT_EQ(entries.to.postings[3],
            (Posting{"16SW01", Purpose::kCarriedOver, Money{55}, "overpaid:npo:2021-2022"}));
  EXPECT_EQ(entries.to.postings[5],
            (Posting{"16SW01", Purpose::kCarriedOver, Money{7}, "overpaid:old:2020-2021"}));
}

}  // namespace
}  // namespace vg::funding
