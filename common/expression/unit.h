// Units of numbers: euro, pupil, euro per pupil.

#ifndef VG_COMMON_EXPRESSION_UNIT_H_
#define VG_COMMON_EXPRESSION_UNIT_H_

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace vg::expression {

// A product of base units with whole exponents. A base unit is a name, of letters where Parse reads
// it; which names a service uses is its own affair. A value type.
class Unit {
 public:
  // The unit of plain numbers: counts of nothing in particular, shares, factors.
  Unit() = default;

  // Reads "EUR", "EUR/pupil", "EUR*year/pupil^2", "1/year", "1" and "" (both plain).
  // INVALID_ARGUMENT, INVALID_UNIT.
  static absl::StatusOr<Unit> Parse(std::string_view text);

  // What people who know nothing of this language call a unit: as Parse reads it, but any text is
  // the name of a base unit, without the blanks around it: "%", "school weeks", "m2/pupil". A
  // factor that is missing is the base unit "?". So no text is malformed, and none but "", "1" and
  // what cancels out is plain.
  static Unit Called(std::string_view text);

  bool plain() const { return powers_.empty(); }
  // "EUR/pupil"; "1" for the plain unit. What made the unit, Parse or Called, reads it back.
  std::string ToText() const;

  friend Unit operator*(const Unit& a, const Unit& b) { return Combine(a, b, 1); }
  friend Unit operator/(const Unit& a, const Unit& b) { return Combine(a, b, -1); }
  friend bool operator==(const Unit&, const Unit&) = default;

 private:
  explicit Unit(const std::map<std::string, int>& powers);
  static Unit Combine(const Unit& a, const Unit& b, int sign);

  std::vector<std::pair<std::string, int>> powers_;  // By name; no zero exponents.
};

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_UNIT_H_
