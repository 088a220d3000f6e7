// Exact numbers: what rates, scores, counts and weights are made of.
//
// An Exact is a rational number without limits: it is never rounded unless someone calls Round, and
// then by a rule that has a name. A value whose numerator and denominator fit in 64 bits lives
// inside the object (24 bytes, no allocation); larger ones move to GMP and back by themselves.
//
// A value type: copy, compare and share as an int. Distinct objects may be used on distinct
// threads.

#ifndef VG_COMMON_NUMERIC_EXACT_H_
#define VG_COMMON_NUMERIC_EXACT_H_

#include <compare>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace vg {

// How Round chooses between the two neighbours.
enum class Rounding {
  kHalfAwayFromZero,  // 0.5 -> 1, -0.5 -> -1: what people call ordinary rounding.
  kHalfEven,          // 0.5 -> 0, 1.5 -> 2: does not drift over many values.
  kDown,              // Towards zero.
  kUp,                // Away from zero.
  kFloor,             // Towards minus infinity.
  kCeiling,           // Towards plus infinity.
};

// "half_away_from_zero", "half_even", "down", "up", "floor", "ceiling", and back.
std::string_view RoundingName(Rounding rounding);
absl::StatusOr<Rounding> RoundingFromName(std::string_view name);

class Exact {
 public:
  // Longest decimal text that is read: longer input is a mistake or an attack.
  static constexpr size_t kMaxTextLength = 128;
  // Places of Round and ToDecimal are brought into [-kMaxPlaces, kMaxPlaces].
  static constexpr int kMaxPlaces = 100;

  Exact() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): an integer is an exact number.
  Exact(int64_t value) : numerator_(value) {}
  template <typename T>
  requires std::floating_point<T> || std::same_as<T, bool> Exact(T)
  = delete;

  Exact(const Exact& other)
      : numerator_(other.numerator_),
        denominator_(other.denominator_),
        big_(other.big_ == nullptr ? nullptr : Clone(*other.big_)) {}
  Exact(Exact&& other) noexcept
      : numerator_(std::exchange(other.numerator_, 0)),
        denominator_(std::exchange(other.denominator_, 1)),
        big_(std::move(other.big_)) {}
  Exact& operator=(Exact other) noexcept {
    numerator_ = other.numerator_;
    denominator_ = other.denominator_;
    big_ = std::move(other.big_);
    return *this;
  }
  ~Exact() = default;

  // Reads "701.16", "-3", "0.25": digits, optionally a sign '-' before and a point with digits
  // after. No exponent, blanks, grouping, bare point or '+'. INVALID_ARGUMENT, NUMBER_MALFORMED or
  // NUMBER_TOO_LONG.
  static absl::StatusOr<Exact> FromDecimal(std::string_view text);

  // Reads what ToText writes: a decimal or a fraction "2/37". The same errors; NUMBER_MALFORMED for
  // a denominator of zero.
  static absl::StatusOr<Exact> FromText(std::string_view text);

  // numerator / denominator. INVALID_ARGUMENT, DIVISION_BY_ZERO.
  static absl::StatusOr<Exact> FromFraction(int64_t numerator, int64_t denominator);

  // `value` / 10^places: FromScaled(70116, 2) is 701.16.
  static Exact FromScaled(int64_t value, int places);

  Exact& operator+=(const Exact& other);
  Exact& operator-=(const Exact& other);
  Exact& operator*=(const Exact& other);
  // Exact division; `other` must not be zero (a broken invariant). Outside data goes through
  // Divide.
  Exact& operator/=(const Exact& other);

  friend Exact operator+(Exact a, const Exact& b) { return a += b; }
  friend Exact operator-(Exact a, const Exact& b) { return a -= b; }
  friend Exact operator*(Exact a, const Exact& b) { return a *= b; }
  friend Exact operator/(Exact a, const Exact& b) { return a /= b; }
  Exact operator-() const;

  friend bool operator==(const Exact& a, const Exact& b);
  friend std::strong_ordering operator<=>(const Exact& a, const Exact& b);

  // The multiple of 10^-places that `rounding` chooses; negative places round to tens, hundreds, ….
  Exact Round(int places, Rounding rounding) const;

  // -1, 0 or 1.
  int Sign() const;
  bool IsZero() const { return Sign() == 0; }
  bool IsInteger() const;
  Exact Abs() const { return Sign() < 0 ? -*this : *this; }

  // Bits of the larger of numerator and denominator, 64 where both have fewer. For bounds on
  // computations that outsiders write.
  size_t Bits() const { return big_ == nullptr ? 64 : BigBits(); }

  // The value, if it is an integer that fits.
  std::optional<int64_t> ToInt64() const;

  // All digits, none superfluous ("701.16", "-3", "0.5"); empty if no finite decimal is equal to
  // it.
  std::optional<std::string> ToDecimal() const;

  // Rounded to exactly `places` digits after the point: "701.10". Negative places count as 0.
  std::string ToDecimal(int places, Rounding rounding) const;

  // The canonical form: ToDecimal() where finite, else "2/37" in lowest terms. Equal values have
  // equal texts.
  std::string ToText() const;

  template <typename H>
  friend H AbslHashValue(H h, const Exact& value) {
    return H::combine(std::move(h), value.HashWord());
  }

 private:
  struct Big;  // Wraps mpq_class, so that users of this header do not compile gmpxx.
  struct BigDeleter {
    void operator()(Big* big) const;
  };
  using BigPtr = std::unique_ptr<Big, BigDeleter>;

  friend class ExactBig;
  static BigPtr Clone(const Big& big);
  uint64_t HashWord() const;
  size_t BigBits() const;

  // In lowest terms, denominator_ > 0. If big_ is set it holds the value, which does not fit.
  int64_t numerator_ = 0;
  int64_t denominator_ = 1;
  BigPtr big_;
};

// a / b. INVALID_ARGUMENT, DIVISION_BY_ZERO.
absl::StatusOr<Exact> Divide(const Exact& a, const Exact& b);

// The square root of `value`, to `places` digits, rounded by `rounding`; the digits are the same on
// every machine. INVALID_ARGUMENT, NEGATIVE_SQUARE_ROOT.
absl::StatusOr<Exact> SquareRoot(const Exact& value, int places, Rounding rounding);

// 10^exponent, also for a negative exponent. Brought into [-kMaxPlaces, kMaxPlaces].
Exact PowerOfTen(int exponent);

}  // namespace vg

#endif  // VG_COMMON_NUMERIC_EXACT_H_
