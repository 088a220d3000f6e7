#include "services/survey/domain/today.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/time/clock.h"

namespace vg::survey {
namespace {

std::string TodayAtUtc(const char* time) {
  absl::Time parsed;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, time, &parsed, nullptr));
  return FormatDay(TodayAt(parsed));
}

TEST(TodayTest, IsTheDayInTheNetherlands) {
  EXPECT_EQ(TodayAtUtc("2022-01-17T22:59:59Z"), "2022-01-17");
  EXPECT_EQ(TodayAtUtc("2022-01-17T23:00:00Z"), "2022-01-18");
  EXPECT_EQ(TodayAtUtc("2022-07-17T21:59:59Z"), "2022-07-17");
  EXPECT_EQ(TodayAtUtc("2022-07-17T22:00:00Z"), "2022-07-18");
  EXPECT_EQ(TodayAtUtc("2021-12-31T23:30:00Z"), "2022-01-01");
}

TEST(TodayTest, KnowsWhenSummerTimeBeginsAndEnds) {
  // The last Sundays: 27 March and 30 October 2022; 31 March 2024.
  EXPECT_EQ(TodayAtUtc("2022-03-26T22:30:00Z"), "2022-03-26");
  EXPECT_EQ(TodayAtUtc("2022-03-27T22:30:00Z"), "2022-03-28");
  EXPECT_EQ(TodayAtUtc("2022-10-29T22:30:00Z"), "2022-10-30");
  EXPECT_EQ(TodayAtUtc("2022-10-30T22:30:00Z"), "2022-10-30");
  EXPECT_EQ(TodayAtUtc("2024-03-30T22:30:00Z"), "2024-03-30");
  EXPECT_EQ(TodayAtUtc("2024-03-31T22:30:00Z"), "2024-04-01");
}

}  // namespace
}  // namespace vg::survey
