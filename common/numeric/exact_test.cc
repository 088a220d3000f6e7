#include "common/numeric/exact.h"

#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/status/error.h"

namespace vg {
namespace {

Exact E(std::string_view text) { return *Exact::FromText(text); }

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(ExactTest, ReadsAndWritesDecimalsWithoutLosingADigit) {
  const struct {
    std::string_view text;
    std::string_view canonical;
  } kCases[] = {
      {"0", "0"},
      {"-0", "0"},
      {"701.16", "701.16"},
      {"701.160", "701.16"},
      {"007", "7"},
      {"-0.50", "-0.5"},
      {"1333.8429633", "1333.8429633"},
      {"0.000000000000000001", "0.000000000000000001"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "9223372036854775808"},
      {"123456789012345678901234567890.0123456789012345678901234567891",
       "123456789012345678901234567890.0123456789012345678901234567891"},
      {"2/37", "2/37"},
      {"4/-37", ""},
      {"-4/74", "-2/37"},
      {"1/8", "0.125"},
      {"1/0", ""},
  };
  for (const auto& test : kCases) {
    const absl::StatusOr<Exact> value = Exact::FromText(test.text);
    EXPECT_EQ(value.ok() ? value->ToText() : "", test.canonical) << test.text;
  }
}

TEST(ExactTest, RefusesWhatIsNotAPlainDecimal) {
  for (const std::string_view text : {"", "-", "+1", ".5", "5.", "1e3", "1,5", " 1", "1 ", "0x10",
                                      "1.2.3", "--1", "NaN", "1/2", "1_000", "-.5"}) {
    const absl::StatusOr<Exact> value = Exact::FromDecimal(text);
    ASSERT_FALSE(value.ok()) << text;
    EXPECT_EQ(DetailsOf(value.status()).reason, "NUMBER_MALFORMED") << text;
  }
  EXPECT_EQ(DetailsOf(Exact::FromDecimal(std::string(129, '1')).status()).reason,
            "NUMBER_TOO_LONG");
}

TEST(ExactTest, DividesExactly) {
  EXPECT_EQ(*Divide(1, 3) + *Divide(1, 6), *Divide(1, 2));
  EXPECT_EQ(Exact(1) / 3 * 3, 1);
  EXPECT_EQ(DetailsOf(Divide(1, 0).status()).reason, "DIVISION_BY_ZERO");
}

TEST(ExactTest, HasNoNearestFloatingPointNumber) {
  // Two failures of published systems: 68,212,200 in single precision, and off by 0.54.
  EXPECT_EQ((E("68212208") * 1).ToText(), "68212208");
  EXPECT_EQ((Exact(10'000'000) * E("2/37")).ToDecimal(2, Rounding::kHalfAwayFromZero), "540540.54");
  EXPECT_EQ(Exact(10'000'000) * E("2/37") * 37, 20'000'000);
}

TEST(ExactTest, RoundsCaribbeanTotalsOnceAndToTheCent) {
  // Published school totals 2022-2023; the base amount is carried unrounded.
  const Exact base = E("1333.8429633");
  const struct {
    int pupils;
    std::string_view factor;
    std::string_view total;
  } kSchools[] = {{361, "1", "481517.31"},
                  {410, "1", "546875.61"},
                  {117, "1.16", "181029.17"},
                  {40, "1.16", "61890.31"},
                  {252, "1.16", "389908.98"}};
  for (const auto& school : kSchools) {
    EXPECT_EQ((base * E(school.factor) * school.pupils).ToDecimal(2, Rounding::kHalfAwayFromZero),
              school.total);
  }
}

TEST(ExactTest, RoundsByTheNamedRule) {
  using enum Rounding;
  const struct {
    std::string_view value;
    int places;
    std::string_view half_away, half_even, down, up, floor, ceiling;
  } kCases[] = {
      {"2.5", 0, "3", "2", "2", "3", "2", "3"},
      {"-2.5", 0, "-3", "-2", "-2", "-3", "-3", "-2"},
      {"3.5", 0, "4", "4", "3", "4", "3", "4"},
      {"0.5", 0, "1", "0", "0", "1", "0", "1"},
      {"2.4", 0, "2", "2", "2", "3", "2", "3"},
      {"-2.6", 0, "-3", "-3", "-2", "-3", "-3", "-2"},
      {"2", 0, "2", "2", "2", "2", "2", "2"},
      {"1.005", 2, "1.01", "1", "1", "1.01", "1", "1.01"},
      {"1/3", 2, "0.33", "0.33", "0.33", "0.34", "0.33", "0.34"},
      {"150", -2, "200", "200", "100", "200", "100", "200"},
      {"-1/7", 20, "-0.14285714285714285714", "-0.14285714285714285714", "-0.14285714285714285714",
       "-0.14285714285714285715", "-0.14285714285714285715", "-0.14285714285714285714"},
  };
  for (const auto& test : kCases) {
    const Exact value = E(test.value);
    EXPECT_EQ(value.Round(test.places, kHalfAwayFromZero).ToText(), test.half_away) << test.value;
    EXPECT_EQ(value.Round(test.places, kHalfEven).ToText(), test.half_even) << test.value;
    EXPECT_EQ(value.Round(test.places, kDown).ToText(), test.down) << test.value;
    EXPECT_EQ(value.Round(test.places, kUp).ToText(), test.up) << test.value;
    EXPECT_EQ(value.Round(test.places, kFloor).ToText(), test.floor) << test.value;
    EXPECT_EQ(value.Round(test.places, kCeiling).ToText(), test.ceiling) << test.value;
  }
}

TEST(ExactTest, NamesItsRoundingRules) {
  for (const Rounding rounding : {Rounding::kHalfAwayFromZero, Rounding::kHalfEven, Rounding::kDown,
                                  Rounding::kUp, Rounding::kFloor, Rounding::kCeiling}) {
    EXPECT_EQ(*RoundingFromName(RoundingName(rounding)), rounding);
  }
  EXPECT_FALSE(RoundingFromName("nearest").ok());
}

TEST(ExactTest, WritesAsManyPlacesAsAsked) {
  EXPECT_EQ(E("701.1").ToDecimal(2, Rounding::kDown), "701.10");
  EXPECT_EQ(E("-0.004").ToDecimal(2, Rounding::kHalfEven), "0.00");
  EXPECT_EQ(E("0.05").ToDecimal(2, Rounding::kDown), "0.05");
  EXPECT_EQ(E("12").ToDecimal(0, Rounding::kDown), "12");
  EXPECT_EQ(E("2/37").ToDecimal(), std::nullopt);
}

TEST(ExactTest, GrowsBeyondSixtyFourBitsAndComesBack) {
  const Exact large = Exact(kMax) * kMax;
  EXPECT_EQ(large.ToText(), "85070591730234615847396907784232501249");
  EXPECT_EQ(large / kMax, kMax);
  EXPECT_EQ((Exact(kMax) + 1).ToText(), "9223372036854775808");
  EXPECT_EQ(Exact(kMax) + 1 - 1, kMax);
  EXPECT_EQ(-Exact(kMin), Exact(kMax) + 1);
  EXPECT_EQ(-(-Exact(kMin)), kMin);
  EXPECT_EQ(Exact(kMin) / kMin, 1);
  EXPECT_EQ((Exact(1) / kMin).ToText(), (Exact(-1) / kMax * kMax / (Exact(kMax) + 1)).ToText());
  EXPECT_EQ(Exact(kMin).Abs().ToInt64(), std::nullopt);
  EXPECT_LT(Exact(kMax), large);
  EXPECT_GT(Exact(kMin), -large);
}

TEST(ExactTest, LeavesACopyAloneWhenTheOriginalChanges) {
  Exact large = Exact(kMax) * kMax;
  const Exact copy = large;
  large += 1;
  EXPECT_EQ(large - copy, 1);
  Exact moved = std::move(large);
  EXPECT_EQ(moved - 1, copy);
}

TEST(ExactTest, FollowsTheLawsOfArithmetic) {
  const uint64_t seed = 20211001;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const auto number = [&] {
    const int bits = static_cast<int>(random() % 63) + 1;
    const auto numerator = static_cast<int64_t>(random() >> (64 - bits));
    const auto denominator = static_cast<int64_t>(random() >> (64 - (random() % 62 + 1))) | 1;
    return Exact(random() % 2 == 0 ? numerator : -numerator) / denominator;
  };
  for (int i = 0; i < 5'000; ++i) {
    const Exact a = number();
    const Exact b = number();
    const Exact c = number();
    ASSERT_EQ(a + b, b + a);
    ASSERT_EQ(a + b - b, a);
    ASSERT_EQ((a + b) + c, a + (b + c));
    ASSERT_EQ(a * (b + c), a * b + a * c);
    ASSERT_EQ(a < b, (a - b).Sign() < 0);
    if (!b.IsZero()) {
      ASSERT_EQ(a / b * b, a);
    }
    if (a.ToText().size() <= Exact::kMaxTextLength) {
      const Exact read = *Exact::FromText(a.ToText());
      ASSERT_EQ(read, a);
      ASSERT_EQ(read.ToText(), a.ToText());
    }
    const Exact rounded = a.Round(3, Rounding::kHalfEven);
    ASSERT_LE((rounded - a).Abs(), E("0.0005"));
    ASSERT_EQ(rounded.Round(3, Rounding::kUp), rounded);
  }
}

TEST(ExactTest, TakesSquareRootsToAnyPlace) {
  EXPECT_EQ(SquareRoot(2, 20, Rounding::kDown)->ToText(), "1.4142135623730950488");
  EXPECT_EQ(SquareRoot(E("5172234.44444444"), 6, Rounding::kHalfEven)->ToText(), "2274.254701");
  EXPECT_EQ(SquareRoot(E("6.25"), 5, Rounding::kUp)->ToText(), "2.5");
  EXPECT_EQ(SquareRoot(E("6.25"), 0, Rounding::kHalfEven)->ToText(), "2");
  EXPECT_EQ(SquareRoot(E("6.25"), 0, Rounding::kHalfAwayFromZero)->ToText(), "3");
  EXPECT_EQ(SquareRoot(E("1/9"), 3, Rounding::kUp)->ToText(), "0.334");
  EXPECT_EQ(SquareRoot(0, 3, Rounding::kUp)->ToText(), "0");
  EXPECT_EQ(SquareRoot(160'000, -2, Rounding::kDown)->ToText(), "400");
  EXPECT_FALSE(SquareRoot(-1, 2, Rounding::kDown).ok());
}

TEST(ExactTest, ScalesByPowersOfTen) {
  EXPECT_EQ(Exact::FromScaled(70116, 2).ToText(), "701.16");
  EXPECT_EQ(Exact::FromScaled(7, -2).ToText(), "700");
  EXPECT_EQ(PowerOfTen(-3).ToText(), "0.001");
  EXPECT_EQ(PowerOfTen(20).ToText(), "100000000000000000000");
}

}  // namespace
}  // namespace vg
