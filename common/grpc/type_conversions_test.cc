#include "common/grpc/type_conversions.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"

namespace vg::rpc {
namespace {

TEST(TypeConversionsTest, KeepsDecimalsExact) {
  voortgang::type::v1::Decimal decimal;
  decimal.set_value("1333.8429633");
  const auto value = FromProto(decimal, "rate");
  ASSERT_THAT(value, IsOk());
  EXPECT_EQ(ToProto(*value).value(), "1333.8429633");
  EXPECT_EQ(ToProto(Exact(2) / Exact(3), 4).value(), "0.6667");
  EXPECT_EQ(ToProtoFixed(Exact(2), 2, Rounding::kHalfEven).value(), "2.00");
}

TEST(TypeConversionsTest, NamesTheFieldOfAMalformedDecimal) {
  voortgang::type::v1::Decimal decimal;
  decimal.set_value("1,5");
  const absl::Status status = FromProto(decimal, "rates[2]").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(DetailsOf(status).violations.at(0).field, "rates[2].value");
}

TEST(TypeConversionsTest, KeepsMoneyToTheCent) {
  const google::type::Money proto = ToProto(Money{.cents = -70116});
  EXPECT_EQ(proto.units(), -701);
  EXPECT_EQ(proto.nanos(), -160'000'000);
  EXPECT_EQ(proto.currency_code(), "EUR");
  const auto money = FromProto(proto, "amount");
  ASSERT_THAT(money, IsOk());
  EXPECT_EQ(money->cents, -70116);
}

TEST(TypeConversionsTest, RefusesPartsOfACent) {
  google::type::Money proto;
  proto.set_currency_code("EUR");
  proto.set_nanos(5'000'000);
  EXPECT_EQ(DetailsOf(FromProto(proto, "amount").status()).violations.at(0).field, "amount");
}

TEST(TypeConversionsTest, ReadsDaysThatExist) {
  const absl::CivilDay day(2021, 10, 1);
  const auto read = FromProto(ToProto(day), "count_date");
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(*read, day);
  google::type::Date date = ToProto(day);
  date.set_month(2);
  date.set_day(30);
  EXPECT_THAT(FromProto(date, "count_date"), HasReason("DATE_INVALID"));
  EXPECT_THAT(FromProto(google::type::Date(), "count_date"), HasReason("DATE_INVALID"));
}

TEST(TypeConversionsTest, KeepsTimesToTheMicrosecondBeforeAndAfter1970) {
  for (const int64_t micros : {int64_t{1'650'000'000'123'456}, int64_t{-1}}) {
    const auto read = FromProto(ToProto(absl::FromUnixMicros(micros)), "time");
    ASSERT_THAT(read, IsOk());
    EXPECT_EQ(absl::ToUnixMicros(*read), micros);
  }
}

TEST(TypeConversionsTest, FallsBackOnDutch) {
  voortgang::type::v1::LocalizedText text;
  text.set_nl("school");
  EXPECT_EQ(TextIn(Language::kEnglish, text), "school");
  text.set_en("a school");
  EXPECT_EQ(TextIn(Language::kEnglish, text), "a school");
  EXPECT_EQ(TextIn(Language::kDutch, text), "school");
}

}  // namespace
}  // namespace vg::rpc
