// Units of numbers: euro, pupil, euro per pupil.

#ifndef VG_COMMON_EXPRESSION_UNIT_H_
#define VG_COMMON_EXPRESSION_UNIT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace vg::expression {

// A product of base units with whole exponents. A base unit is any name of letters; which names a
// service uses is its own affair. A value type.
class Unit {
 public:
  // The unit of plain numbers: counts of nothing in particular, shares, factors.
  Unit() = default;

  // Reads "EUR", "EUR/pupil", "EUR*year/pupil^2", "1/year", "1" and "" (both plain).
  // INVALID_ARGUMENT, INVALID_UNIT.
  static absl::StatusOr<Unit> Parse(std::string_view text);

  bool plain() const { return powers_.empty(); }
  // "EUR/pupil"; "1" for the plain unit. Parse reads it back.
  std::string ToText() const;

  friend Unit operator*(const Unit& a, const Unit& b) { return Combine(a, b, 1); }
  friend Unit operator/(const Unit& a, const Unit& b) { return Combine(a, b, -1); }
  friend bool operator==(const Unit&, const Unit&) = default;

 private:
  static Unit Combine(const Unit& a, const Unit& b, int sign);

  std::vector<std::pair<std::string, int>> powers_;  // By name; no zero exponents.
};

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_UNIT_H_
