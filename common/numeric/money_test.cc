#include "common/numeric/money.h"

#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/status/error.h"

namespace vg {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

std::string ReasonOf(const absl::Status& status) { return DetailsOf(status).reason; }

TEST(MoneyTest, AddsWithinOneCurrencyAndNeverWraps) {
  EXPECT_EQ(Add({10, {}}, {5, {}})->cents, 15);
  EXPECT_EQ(Subtract({10, {}}, {15, {}})->cents, -5);
  EXPECT_EQ(ReasonOf(Add({1, {}}, {1, Currency::Usd()}).status()), "CURRENCY_MISMATCH");
  EXPECT_EQ(ReasonOf(Add({kMax, {}}, {1, {}}).status()), "MONEY_OVERFLOW");
  EXPECT_EQ(ReasonOf(Subtract({-kMax, {}}, {2, {}}).status()), "MONEY_OVERFLOW");
  EXPECT_EQ(Sum(std::vector<Money>{{1, {}}, {2, {}}, {3, {}}}, Currency::Eur())->cents, 6);
  EXPECT_EQ(Sum({}, Currency::Usd())->currency, Currency::Usd());
}

TEST(MoneyTest, RoundsAnExactAmountOnce) {
  const Exact amount = *Exact::FromDecimal("34166.665");
  EXPECT_EQ(ToMoney(amount, {}, Rounding::kHalfAwayFromZero)->cents, 3'416'667);
  EXPECT_EQ(ToMoney(amount, {}, Rounding::kDown)->cents, 3'416'666);
  EXPECT_EQ(ReasonOf(ToMoney(PowerOfTen(30), {}, Rounding::kDown).status()), "MONEY_OVERFLOW");
}

TEST(MoneyTest, KeepsEveryCentThroughTextAndUnits) {
  for (const int64_t cents : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{99}, int64_t{-250},
                              int64_t{6'821'220'800}, kMax, -kMax - 1}) {
    const Money money{cents, Currency::Usd()};
    EXPECT_EQ(*MoneyFromText(ToText(money)), money);
    const UnitsAndNanos parts = ToUnitsAndNanos(money);
    EXPECT_EQ(*FromUnitsAndNanos("USD", parts.units, parts.nanos), money);
  }
  EXPECT_EQ(ToText({70116, {}}), "EUR 701.16");
  EXPECT_EQ(ToDecimal({-5, {}}), "-0.05");
  EXPECT_EQ(MoneyFromText("701.1")->cents, 70110);
}

TEST(MoneyTest, RefusesWhatIsNotWholeCents) {
  EXPECT_EQ(ReasonOf(MoneyFromText("1333.8429633").status()), "MONEY_NOT_IN_CENTS");
  EXPECT_EQ(ReasonOf(FromUnitsAndNanos("EUR", 1, 5).status()), "MONEY_NOT_IN_CENTS");
  EXPECT_EQ(ReasonOf(FromUnitsAndNanos("EUR", 1, -10'000'000).status()), "MONEY_SIGNS_DIFFER");
  EXPECT_EQ(ReasonOf(FromUnitsAndNanos("JPY", 1, 0).status()), "UNKNOWN_CURRENCY");
  EXPECT_EQ(ReasonOf(FromUnitsAndNanos("EUR", kMax, 0).status()), "MONEY_OVERFLOW");
  EXPECT_EQ(ReasonOf(MoneyFromText("5 EUR").status()), "MONEY_MALFORMED");
  EXPECT_EQ(ReasonOf(MoneyFromText("eur 5").status()), "UNKNOWN_CURRENCY");
}

TEST(MoneyTest, IsWrittenForPeople) {
  EXPECT_EQ(Format({140231, {}}, Language::kDutch), "€ 1.402,31");
  EXPECT_EQ(Format({140231, {}}, Language::kEnglish), "€1,402.31");
  EXPECT_EQ(Format({-300, {}}, Language::kDutch), "€ -3,00");
  EXPECT_EQ(Format({-300, {}}, Language::kEnglish), "-€3.00");
  EXPECT_EQ(Format({100'000'000, Currency::Usd()}, Language::kDutch), "US$ 1.000.000,00");
  EXPECT_EQ(Format({99, *Currency::FromCode("AWG")}, Language::kDutch), "AWG 0,99");
}

TEST(FormatTest, GroupsByThree) {
  EXPECT_EQ(FormatCount(8700, Language::kDutch), "8.700");
  EXPECT_EQ(FormatCount(-123456, Language::kEnglish), "-123,456");
  EXPECT_EQ(FormatCount(999, Language::kDutch), "999");
  EXPECT_EQ(FormatNumber(*Exact::FromText("10000/3"), 1, Language::kDutch), "3.333,3");
  EXPECT_EQ(FormatPercentage(*Exact::FromDecimal("0.4567"), 1, Language::kDutch), "45,7%");
}

}  // namespace
}  // namespace vg
