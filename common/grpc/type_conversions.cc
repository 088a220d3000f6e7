#include "common/grpc/type_conversions.h"

#include <utility>

#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::rpc {
namespace {

// The error of a value, as an error of the field that holds it.
absl::Status On(std::string_view field, const absl::Status& status) {
  return InvalidField(field, DetailsOf(status).reason, std::string(status.message()));
}

}  // namespace

absl::StatusOr<Exact> FromProto(const voortgang::type::v1::Decimal& decimal,
                                std::string_view field) {
  absl::StatusOr<Exact> value = Exact::FromDecimal(decimal.value());
  if (!value.ok()) return On(std::string(field) + ".value", value.status());
  return value;
}

voortgang::type::v1::Decimal ToProto(const Exact& value, int places) {
  voortgang::type::v1::Decimal decimal;
  std::optional<std::string> text = value.ToDecimal();
  if (!text) text = value.Round(places, Rounding::kHalfAwayFromZero).ToDecimal();
  decimal.set_value(*std::move(text));
  return decimal;
}

voortgang::type::v1::Decimal ToProtoFixed(const Exact& value, int places, Rounding rounding) {
  voortgang::type::v1::Decimal decimal;
  decimal.set_value(value.ToDecimal(places, rounding));
  return decimal;
}

absl::StatusOr<Money> FromProto(const google::type::Money& money, std::string_view field) {
  absl::StatusOr<Money> value =
      FromUnitsAndNanos(money.currency_code(), money.units(), money.nanos());
  if (!value.ok()) return On(field, value.status());
  return value;
}

google::type::Money ToProto(Money money) {
  const UnitsAndNanos parts = ToUnitsAndNanos(money);
  google::type::Money proto;
  proto.set_currency_code(std::string(money.currency.code()));
  proto.set_units(parts.units);
  proto.set_nanos(parts.nanos);
  return proto;
}

absl::StatusOr<absl::CivilDay> FromProto(const google::type::Date& date, std::string_view field) {
  const absl::CivilDay day(date.year(), date.month(), date.day());
  const bool exists = date.year() >= 1 && date.year() <= 9999 && day.year() == date.year() &&
                      day.month() == date.month() && day.day() == date.day();
  if (!exists) {
    return InvalidField(field, "DATE_INVALID",
                        "must be a day that exists, with year, month and day");
  }
  return day;
}

google::type::Date ToProto(absl::CivilDay day) {
  google::type::Date date;
  date.set_year(static_cast<int>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

absl::StatusOr<absl::Time> FromProto(const google::protobuf::Timestamp& time,
                                     std::string_view field) {
  if (time.nanos() < 0 || time.nanos() > 999'999'999) {
    return InvalidField(field, "OUT_OF_RANGE", "must have nanos from 0 to 999999999");
  }
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

google::protobuf::Timestamp ToProto(absl::Time time) {
  constexpr int64_t kMicrosPerSecond = 1'000'000;
  const int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / kMicrosPerSecond;
  int64_t rest = micros % kMicrosPerSecond;
  if (rest < 0) {
    --seconds;
    rest += kMicrosPerSecond;
  }
  google::protobuf::Timestamp proto;
  proto.set_seconds(seconds);
  proto.set_nanos(static_cast<int32_t>(rest * 1000));
  return proto;
}

const std::string& TextIn(Language language, const voortgang::type::v1::LocalizedText& text) {
  return language == Language::kEnglish && !text.en().empty() ? text.en() : text.nl();
}

}  // namespace vg::rpc
