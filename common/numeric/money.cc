#include "common/numeric/money.h"

#include <algorithm>
#include <map>
#include <optional>

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg {
namespace {

constexpr int32_t kNanosPerCent = 10'000'000;

// Currencies with hundredths that the programme's money can be in.
constexpr std::string_view kCodes[] = {"EUR", "USD", "AWG", "ANG", "XCG"};

absl::Status Overflow() {
  return Error(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW",
               "the amount is beyond 92 thousand million million");
}

absl::Status Mismatch(Money a, Money b) {
  return Error(absl::StatusCode::kInvalidArgument, "CURRENCY_MISMATCH",
               std::string(a.currency.code()) + " and " + std::string(b.currency.code()) +
                   " cannot be added; convert one of them first");
}

absl::Status NotInCents(const std::string& amount) {
  return Error(absl::StatusCode::kInvalidArgument, "MONEY_NOT_IN_CENTS",
               amount + " is finer than a cent; write at most two decimals");
}

std::string Symbol(Currency currency) {
  if (currency == Currency::Eur()) return "€";
  if (currency == Currency::Usd()) return "US$";
  return std::string(currency.code()) + " ";
}

}  // namespace

absl::StatusOr<Currency> Currency::FromCode(std::string_view code) {
  if (std::find(std::begin(kCodes), std::end(kCodes), code) == std::end(kCodes)) {
    return Error(absl::StatusCode::kInvalidArgument, "UNKNOWN_CURRENCY",
                 "'" + std::string(code.substr(0, 16)) +
                     "' is not a currency code that is known here, such as EUR or USD");
  }
  return Currency(std::string(code).c_str());
}

absl::StatusOr<Money> Add(Money a, Money b) {
  if (a.currency != b.currency) return Mismatch(a, b);
  Money sum = a;
  if (__builtin_add_overflow(a.cents, b.cents, &sum.cents)) return Overflow();
  return sum;
}

absl::StatusOr<Money> Subtract(Money a, Money b) {
  if (a.currency != b.currency) return Mismatch(a, b);
  Money difference = a;
  if (__builtin_sub_overflow(a.cents, b.cents, &difference.cents)) return Overflow();
  return difference;
}

absl::StatusOr<Money> Sum(std::span<const Money> amounts, Currency currency) {
  Money sum{0, currency};
  for (const Money& amount : amounts) {
    ASSIGN_OR_RETURN(sum, Add(sum, amount));
  }
  return sum;
}

absl::StatusOr<Money> ToMoney(const Exact& amount, Currency currency, Rounding rounding) {
  const std::optional<int64_t> cents = (amount * 100).Round(0, rounding).ToInt64();
  if (!cents.has_value()) return Overflow();
  return Money{*cents, currency};
}

Exact ToExact(Money money) { return Exact::FromScaled(money.cents, 2); }

UnitsAndNanos ToUnitsAndNanos(Money money) {
  return {money.cents / 100, static_cast<int32_t>(money.cents % 100) * kNanosPerCent};
}

absl::StatusOr<Money> FromUnitsAndNanos(std::string_view currency_code, int64_t units,
                                        int32_t nanos) {
  ASSIGN_OR_RETURN(const Currency currency, Currency::FromCode(currency_code));
  if ((units > 0 && nanos < 0) || (units < 0 && nanos > 0)) {
    return Error(absl::StatusCode::kInvalidArgument, "MONEY_SIGNS_DIFFER",
                 "units and nanos have the same sign");
  }
  if (nanos <= -1'000'000'000 || nanos >= 1'000'000'000 || nanos % kNanosPerCent != 0) {
    return NotInCents(std::to_string(nanos) + " nanos");
  }
  Money money{0, currency};
  if (__builtin_mul_overflow(units, int64_t{100}, &money.cents) ||
      __builtin_add_overflow(money.cents, int64_t{nanos / kNanosPerCent}, &money.cents)) {
    return Overflow();
  }
  return money;
}

std::string ToDecimal(Money money) { return ToExact(money).ToDecimal(2, Rounding::kDown); }

std::string ToText(Money money) {
  return std::string(money.currency.code()) + " " + ToDecimal(money);
}

absl::StatusOr<Money> MoneyFromText(std::string_view text) {
  Currency currency;
  std::string_view amount = text;
  if (text.size() > 4 && text[3] == ' ') {
    ASSIGN_OR_RETURN(currency, Currency::FromCode(text.substr(0, 3)));
    amount.remove_prefix(4);
  }
  const absl::StatusOr<Exact> value = Exact::FromDecimal(amount);
  if (!value.ok()) {
    return Error(absl::StatusCode::kInvalidArgument, "MONEY_MALFORMED",
                 "'" + std::string(text.substr(0, Exact::kMaxTextLength)) +
                     "' is not an amount; write it as 701.16 or EUR 701.16");
  }
  if (!(*value * 100).IsInteger()) return NotInCents(std::string(amount));
  return ToMoney(*value, currency, Rounding::kDown);
}

std::string Format(Money money, Language language) {
  const std::string number = FormatNumber(ToExact(money), 2, language);
  std::string symbol = Symbol(money.currency);
  if (language == Language::kDutch) {
    return symbol + (symbol.ends_with(' ') ? "" : " ") + number;
  }
  if (money.cents < 0) return "-" + symbol + number.substr(1);
  return symbol + number;
}

}  // namespace vg
