// Amounts of money in whole cents.
//
// Money is a 64-bit number of cents of one currency. Sums are checked: an overflow or a mix of
// currencies is an error, never a wrong amount. Everything finer than a cent is an Exact, and
// becomes Money once, by ToMoney with a named rounding rule.

#ifndef VG_COMMON_NUMERIC_MONEY_H_
#define VG_COMMON_NUMERIC_MONEY_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "common/numeric/exact.h"
#include "common/numeric/format.h"

namespace vg {

// An ISO 4217 code of a currency with hundredths; EUR unless said otherwise.
class Currency {
 public:
  constexpr Currency() = default;
  static constexpr Currency Eur() { return Currency("EUR"); }
  static constexpr Currency Usd() { return Currency("USD"); }

  // Three capitals of a known currency with hundredths (EUR, USD, and the kingdom's AWG, ANG, XCG).
  // INVALID_ARGUMENT, UNKNOWN_CURRENCY.
  static absl::StatusOr<Currency> FromCode(std::string_view code);

  std::string_view code() const { return {code_.data(), code_.size()}; }
  friend bool operator==(const Currency&, const Currency&) = default;

 private:
  explicit constexpr Currency(const char* code) : code_{code[0], code[1], code[2]} {}
  std::array<char, 3> code_ = {'E', 'U', 'R'};
};

struct Money {
  int64_t cents = 0;
  Currency currency;

  friend bool operator==(const Money&, const Money&) = default;
};

// OUT_OF_RANGE, MONEY_OVERFLOW; INVALID_ARGUMENT, CURRENCY_MISMATCH.
absl::StatusOr<Money> Add(Money a, Money b);
absl::StatusOr<Money> Subtract(Money a, Money b);
// The sum of `amounts`, all in `currency`; zero for none.
absl::StatusOr<Money> Sum(std::span<const Money> amounts, Currency currency);

// `amount` (in units of `currency`: 701.16 is 701 euro 16) rounded to cents. OUT_OF_RANGE,
// MONEY_OVERFLOW.
absl::StatusOr<Money> ToMoney(const Exact& amount, Currency currency, Rounding rounding);
// In units of the currency.
Exact ToExact(Money money);

// The shape of google.type.Money: whole units and billionths, of the same sign.
struct UnitsAndNanos {
  int64_t units = 0;
  int32_t nanos = 0;
};
UnitsAndNanos ToUnitsAndNanos(Money money);
// INVALID_ARGUMENT: MONEY_NOT_IN_CENTS, MONEY_SIGNS_DIFFER, UNKNOWN_CURRENCY; OUT_OF_RANGE.
absl::StatusOr<Money> FromUnitsAndNanos(std::string_view currency_code, int64_t units,
                                        int32_t nanos);

// "701.16": always two digits, no currency.
std::string ToDecimal(Money money);
// "EUR 701.16", and back. FromMoneyText also reads a bare "701.16" as EUR. INVALID_ARGUMENT,
// MONEY_MALFORMED or MONEY_NOT_IN_CENTS.
std::string ToText(Money money);
absl::StatusOr<Money> MoneyFromText(std::string_view text);

// For people: "€ 1.402,31" (Dutch), "€1,402.31" (English), "€ -3,00", "-€3.00".
std::string Format(Money money, Language language);

}  // namespace vg

#endif  // VG_COMMON_NUMERIC_MONEY_H_
