#include "common/numeric/exact.h"

#include <gmpxx.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "common/status/error.h"

namespace vg {

struct Exact::Big {
  mpq_class value;
};

void Exact::BigDeleter::operator()(Big* big) const { delete big; }

Exact::BigPtr Exact::Clone(const Big& big) { return BigPtr(new Big(big)); }

namespace {

__extension__ typedef __int128 Wide;

static_assert(sizeof(long) == sizeof(int64_t), "GMP's integers are made from long");

constexpr int kMaxSmallPower = 18;

int64_t SmallPowerOfTen(int exponent) {
  int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

mpz_class BigPowerOfTen(int exponent) {
  mpz_class power;
  mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(exponent));
  return power;
}

int ClampPlaces(int places) { return std::clamp(places, -Exact::kMaxPlaces, Exact::kMaxPlaces); }

uint64_t Magnitude(int64_t value) {
  return value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

// The greatest common divisor as a divisor of int64_t. `b` is positive and at most INT64_MAX.
int64_t Gcd(int64_t a, int64_t b) {
  return static_cast<int64_t>(std::gcd(Magnitude(a), static_cast<uint64_t>(b)));
}

bool FitsSmall(Wide value) {
  return value >= std::numeric_limits<int64_t>::min() &&
         value <= std::numeric_limits<int64_t>::max();
}

// Whether to go one further from zero than truncation did. `half` compares what was cut off with
// one half: -1, 0, 1. Something was cut off.
bool AwayFromZero(Rounding rounding, int sign, int half, bool truncated_is_odd) {
  switch (rounding) {
    case Rounding::kHalfAwayFromZero:
      return half >= 0;
    case Rounding::kHalfEven:
      return half > 0 || (half == 0 && truncated_is_odd);
    case Rounding::kDown:
      return false;
    case Rounding::kUp:
      return true;
    case Rounding::kFloor:
      return sign < 0;
    case Rounding::kCeiling:
      return sign > 0;
  }
  std::abort();
}

// numerator / denominator, rounded to an integer. denominator > 0.
mpz_class RoundQuotient(const mpz_class& numerator, const mpz_class& denominator,
                        Rounding rounding) {
  mpz_class quotient;
  mpz_class rest;
  mpz_tdiv_qr(quotient.get_mpz_t(), rest.get_mpz_t(), numerator.get_mpz_t(),
              denominator.get_mpz_t());
  if (rest == 0) return quotient;
  const int sign = sgn(numerator);
  const mpz_class twice = abs(rest) * 2;
  if (AwayFromZero(rounding, sign, cmp(twice, denominator), mpz_odd_p(quotient.get_mpz_t()) != 0)) {
    quotient += sign;
  }
  return quotient;
}

// `digits` (no sign) with the point before the last `places`.
std::string PlacePoint(std::string digits, int places, bool negative) {
  if (places > 0) {
    const auto wanted = static_cast<size_t>(places) + 1;
    if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
    digits.insert(digits.size() - static_cast<size_t>(places), 1, '.');
  }
  if (negative) digits.insert(0, 1, '-');
  return digits;
}

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

absl::Status TooLong() {
  return Error(absl::StatusCode::kInvalidArgument, "NUMBER_TOO_LONG",
               "a number has at most " + std::to_string(Exact::kMaxTextLength) + " characters");
}

absl::Status Malformed(std::string_view text) {
  return Error(absl::StatusCode::kInvalidArgument, "NUMBER_MALFORMED",
               "'" + std::string(text) + "' is not a number; write it as 1402.31 or -0.5");
}

absl::Status ZeroDivisor() {
  return Error(absl::StatusCode::kInvalidArgument, "DIVISION_BY_ZERO", "division by zero");
}

}  // namespace

// Goes between the two forms of an Exact.
class ExactBig {
 public:
  static mpq_class Get(const Exact& value) {
    if (value.big_ != nullptr) return value.big_->value;
    mpq_class result;  // Numerator and denominator are in lowest terms already.
    result.get_num() = static_cast<long>(value.numerator_);
    result.get_den() = static_cast<long>(value.denominator_);
    return result;
  }

  // `value` is in lowest terms.
  static Exact Make(mpq_class value) {
    Exact result;
    if (value.get_num().fits_slong_p() && value.get_den().fits_slong_p()) {
      result.numerator_ = value.get_num().get_si();
      result.denominator_ = value.get_den().get_si();
    } else {
      result.big_ = Exact::BigPtr(new Exact::Big{std::move(value)});
    }
    return result;
  }

  static Exact Make(mpz_class numerator, mpz_class denominator) {
    mpq_class value(std::move(numerator), std::move(denominator));
    value.canonicalize();
    return Make(std::move(value));
  }

  // numerator / 10^places.
  static Exact Scaled(mpz_class numerator, int places) {
    if (places >= 0) return Make(std::move(numerator), BigPowerOfTen(places));
    return Make(numerator * BigPowerOfTen(-places), 1);
  }
};

std::string_view RoundingName(Rounding rounding) {
  switch (rounding) {
    case Rounding::kHalfAwayFromZero:
      return "half_away_from_zero";
    case Rounding::kHalfEven:
      return "half_even";
    case Rounding::kDown:
      return "down";
    case Rounding::kUp:
      return "up";
    case Rounding::kFloor:
      return "floor";
    case Rounding::kCeiling:
      return "ceiling";
  }
  std::abort();
}

absl::StatusOr<Rounding> RoundingFromName(std::string_view name) {
  for (const Rounding rounding : {Rounding::kHalfAwayFromZero, Rounding::kHalfEven, Rounding::kDown,
                                  Rounding::kUp, Rounding::kFloor, Rounding::kCeiling}) {
    if (RoundingName(rounding) == name) return rounding;
  }
  return Error(absl::StatusCode::kInvalidArgument, "UNKNOWN_ROUNDING",
               "'" + std::string(name) +
                   "' is not a rounding rule; there are half_away_from_zero, half_even, down, up, "
                   "floor and ceiling");
}

absl::StatusOr<Exact> Exact::FromDecimal(std::string_view text) {
  if (text.size() > kMaxTextLength) return TooLong();
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  const size_t point = rest.find('.');
  const std::string_view whole = rest.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
  if (!AllDigits(whole) || (point != std::string_view::npos && !AllDigits(fraction))) {
    return Malformed(text);
  }
  const int places = static_cast<int>(fraction.size());
  std::string digits(whole);
  digits += fraction;
  if (digits.size() <= static_cast<size_t>(kMaxSmallPower)) {
    int64_t value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    return FromScaled(negative ? -value : value, places);
  }
  mpz_class value(digits, 10);
  if (negative) value = -value;
  return ExactBig::Make(std::move(value), BigPowerOfTen(places));
}

absl::StatusOr<Exact> Exact::FromText(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return FromDecimal(text);
  if (text.size() > kMaxTextLength) return TooLong();
  const std::string_view above = text.substr(0, slash);
  const std::string_view below = text.substr(slash + 1);
  if (!AllDigits(above.substr(above.starts_with('-') ? 1 : 0)) || !AllDigits(below)) {
    return Malformed(text);
  }
  mpz_class denominator(std::string(below), 10);
  if (denominator == 0) return Malformed(text);
  return ExactBig::Make(mpz_class(std::string(above), 10), std::move(denominator));
}

absl::StatusOr<Exact> Exact::FromFraction(int64_t numerator, int64_t denominator) {
  return Divide(Exact(numerator), Exact(denominator));
}

Exact Exact::FromScaled(int64_t value, int places) {
  if (places < 0 || places > kMaxSmallPower) {
    return ExactBig::Scaled(mpz_class(static_cast<long>(value)), ClampPlaces(places));
  }
  Exact result;
  const int64_t scale = SmallPowerOfTen(places);
  const int64_t divisor = Gcd(value, scale);
  result.numerator_ = value / divisor;
  result.denominator_ = scale / divisor;
  return result;
}

Exact& Exact::operator+=(const Exact& other) {
  if (big_ == nullptr && other.big_ == nullptr) {
    // Knuth, 4.5.1: only the divisors' common part can be cancelled.
    const int64_t common = Gcd(denominator_, other.denominator_);
    const int64_t mine = denominator_ / common;
    const Wide sum =
        Wide{numerator_} * (other.denominator_ / common) + Wide{other.numerator_} * mine;
    const int64_t cancel = common == 1 ? 1 : Gcd(static_cast<int64_t>(sum % common), common);
    const Wide numerator = sum / cancel;
    const Wide denominator = Wide{mine} * (other.denominator_ / cancel);
    if (FitsSmall(numerator) && FitsSmall(denominator)) {
      numerator_ = static_cast<int64_t>(numerator);
      denominator_ = static_cast<int64_t>(denominator);
      return *this;
    }
  }
  return *this = ExactBig::Make(mpq_class(ExactBig::Get(*this) + ExactBig::Get(other)));
}

Exact& Exact::operator-=(const Exact& other) { return *this += -other; }

Exact& Exact::operator*=(const Exact& other) {
  if (big_ == nullptr && other.big_ == nullptr) {
    const int64_t left = Gcd(numerator_, other.denominator_);
    const int64_t right = Gcd(other.numerator_, denominator_);
    int64_t numerator;
    int64_t denominator;
    if (!__builtin_mul_overflow(numerator_ / left, other.numerator_ / right, &numerator) &&
        !__builtin_mul_overflow(denominator_ / right, other.denominator_ / left, &denominator)) {
      numerator_ = numerator;
      denominator_ = denominator;
      return *this;
    }
  }
  return *this = ExactBig::Make(mpq_class(ExactBig::Get(*this) * ExactBig::Get(other)));
}

Exact& Exact::operator/=(const Exact& other) {
  if (other.IsZero()) std::abort();
  if (other.big_ == nullptr && other.numerator_ != std::numeric_limits<int64_t>::min()) {
    Exact inverse;
    inverse.numerator_ = other.numerator_ < 0 ? -other.denominator_ : other.denominator_;
    inverse.denominator_ = other.numerator_ < 0 ? -other.numerator_ : other.numerator_;
    return *this *= inverse;
  }
  return *this = ExactBig::Make(mpq_class(ExactBig::Get(*this) / ExactBig::Get(other)));
}

Exact Exact::operator-() const {
  if (big_ == nullptr && numerator_ != std::numeric_limits<int64_t>::min()) {
    Exact result;
    result.numerator_ = -numerator_;
    result.denominator_ = denominator_;
    return result;
  }
  return ExactBig::Make(mpq_class(-ExactBig::Get(*this)));
}

bool operator==(const Exact& a, const Exact& b) {
  if (a.big_ != nullptr && b.big_ != nullptr) return a.big_->value == b.big_->value;
  return a.big_ == nullptr && b.big_ == nullptr && a.numerator_ == b.numerator_ &&
         a.denominator_ == b.denominator_;
}

std::strong_ordering operator<=>(const Exact& a, const Exact& b) {
  if (a.big_ == nullptr && b.big_ == nullptr) {
    if (a.denominator_ == b.denominator_) return a.numerator_ <=> b.numerator_;
    const Wide left = Wide{a.numerator_} * b.denominator_;
    const Wide right = Wide{b.numerator_} * a.denominator_;
    return left < right    ? std::strong_ordering::less
           : left == right ? std::strong_ordering::equal
                           : std::strong_ordering::greater;
  }
  return cmp(ExactBig::Get(a), ExactBig::Get(b)) <=> 0;
}

Exact Exact::Round(int places, Rounding rounding) const {
  if (big_ == nullptr && places >= 0 && places <= kMaxSmallPower) {
    const int64_t scale = SmallPowerOfTen(places);
    const Wide scaled = Wide{numerator_} * scale;
    const Wide rest = scaled % denominator_;
    if (rest == 0) return *this;
    Wide quotient = scaled / denominator_;
    const int sign = numerator_ < 0 ? -1 : 1;
    const Wide twice = 2 * (rest < 0 ? -rest : rest);
    const int half = twice < denominator_ ? -1 : twice == denominator_ ? 0 : 1;
    if (AwayFromZero(rounding, sign, half, quotient % 2 != 0)) quotient += sign;
    if (FitsSmall(quotient)) return FromScaled(static_cast<int64_t>(quotient), places);
  }
  const int clamped = ClampPlaces(places);
  const mpq_class value = ExactBig::Get(*this);
  mpz_class numerator = value.get_num();
  mpz_class denominator = value.get_den();
  if (clamped >= 0) {
    numerator *= BigPowerOfTen(clamped);
  } else {
    denominator *= BigPowerOfTen(-clamped);
  }
  return ExactBig::Scaled(RoundQuotient(numerator, denominator, rounding), clamped);
}

int Exact::Sign() const {
  if (big_ != nullptr) return sgn(big_->value);
  return numerator_ < 0 ? -1 : numerator_ > 0 ? 1 : 0;
}

bool Exact::IsInteger() const {
  return big_ == nullptr ? denominator_ == 1 : big_->value.get_den() == 1;
}

size_t Exact::BigBits() const {
  return std::max(mpz_sizeinbase(big_->value.get_num().get_mpz_t(), 2),
                  mpz_sizeinbase(big_->value.get_den().get_mpz_t(), 2));
}

std::optional<int64_t> Exact::ToInt64() const {
  if (big_ != nullptr || denominator_ != 1) return std::nullopt;
  return numerator_;
}

std::optional<std::string> Exact::ToDecimal() const {
  if (big_ == nullptr && denominator_ == 1) return std::to_string(numerator_);
  const mpq_class value = ExactBig::Get(*this);
  // A decimal is finite if the denominator has no other prime factors than 2 and 5.
  mpz_class rest = value.get_den();
  const mpz_class two = 2;
  const mpz_class five = 5;
  const auto twos = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), two.get_mpz_t());
  const auto fives = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), five.get_mpz_t());
  if (rest != 1) return std::nullopt;
  const int places = static_cast<int>(std::max(twos, fives));
  const mpz_class digits = abs(value.get_num()) * (BigPowerOfTen(places) / value.get_den());
  return PlacePoint(digits.get_str(), places, Sign() < 0);
}

std::string Exact::ToDecimal(int places, Rounding rounding) const {
  const int clamped = std::max(ClampPlaces(places), 0);
  const Exact rounded = Round(clamped, rounding);
  const mpq_class scaled = ExactBig::Get(rounded) * mpq_class(BigPowerOfTen(clamped));
  const mpz_class digits = abs(scaled.get_num());
  return PlacePoint(digits.get_str(), clamped, rounded.Sign() < 0);
}

std::string Exact::ToText() const {
  if (std::optional<std::string> decimal = ToDecimal(); decimal.has_value()) {
    return *std::move(decimal);
  }
  return ExactBig::Get(*this).get_str();
}

uint64_t Exact::HashWord() const {
  if (big_ != nullptr) return std::hash<std::string>()(ToText());
  return static_cast<uint64_t>(numerator_) * 0x9e3779b97f4a7c15u ^
         static_cast<uint64_t>(denominator_);
}

absl::StatusOr<Exact> Divide(const Exact& a, const Exact& b) {
  if (b.IsZero()) return ZeroDivisor();
  return a / b;
}

absl::StatusOr<Exact> SquareRoot(const Exact& value, int places, Rounding rounding) {
  if (value.Sign() < 0) {
    return Error(absl::StatusCode::kInvalidArgument, "NEGATIVE_SQUARE_ROOT",
                 "the square root of " + value.ToText() + " does not exist");
  }
  const int clamped = ClampPlaces(places);
  const mpq_class exact = ExactBig::Get(value);
  mpz_class numerator = exact.get_num();
  mpz_class denominator = exact.get_den();
  if (clamped >= 0) {
    numerator *= BigPowerOfTen(2 * clamped);
  } else {
    denominator *= BigPowerOfTen(-2 * clamped);
  }
  mpz_class root = sqrt(mpz_class(numerator / denominator));
  if (root * root * denominator != numerator) {
    const mpz_class middle = 2 * root + 1;
    const mpz_class middle_squared = middle * middle * denominator;
    const int half = cmp(mpz_class(4 * numerator), middle_squared);
    if (AwayFromZero(rounding, 1, half, mpz_odd_p(root.get_mpz_t()) != 0)) root += 1;
  }
  return ExactBig::Scaled(std::move(root), clamped);
}

Exact PowerOfTen(int exponent) {
  const int clamped = ClampPlaces(exponent);
  return ExactBig::Scaled(1, -clamped);
}

}  // namespace vg
