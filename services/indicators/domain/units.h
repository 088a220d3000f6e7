// The schools, boards and municipalities that figures are broken down by.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_UNITS_H_
#define VG_SERVICES_INDICATORS_DOMAIN_UNITS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/numeric/exact.h"

namespace vg::indicators {

// One unit of a snapshot, as an importer of units gives it. What does not apply is empty.
struct Unit {
  std::string name;    // "schools/16SW03", "boards/40740", "municipalities/GM0363"
  std::string sector;  // "primary", "secondary", "special"
  std::string province;
  std::string municipality;  // "municipalities/GM0363"
  std::string board;         // "boards/40740"
  std::string denomination;
  int64_t pupils = 0;  // Known ones.
  bool counted = false;
  std::optional<Exact> score;                     // Disadvantage score.
  std::map<std::string, std::string> attributes;  // Further facts, by name.
};

// What a unit can be broken down by; beyond these, further facts of the snapshot.
enum class Attribute { kSector, kProvince, kMunicipality, kBoard, kDenomination, kSize, kScore };
inline constexpr int kAttributes = 7;

// The units of one snapshot with the value of every attribute, kept small: values are numbers into
// one table of texts. Immutable once made; thread-safe.
class UnitTable {
 public:
  // Score quintiles ("1" lowest to "5") are of the score per pupil among the schools of the
  // snapshot that have one; "0" is a score of nought. Ties fall in the same quintile.
  explicit UnitTable(std::vector<Unit> units);
  UnitTable(UnitTable&&) = default;

  // Nothing if the snapshot knows no such attribute.
  std::optional<Attribute> FindAttribute(std::string_view name) const;
  // "sector, province, …".
  std::string AttributeNames() const;

  // The unit's place, or -1.
  int Find(std::string_view name) const;
  const std::string& name(int unit) const { return *names_[static_cast<size_t>(unit)]; }
  // Known pupils; nothing if none are counted.
  std::optional<int64_t> Pupils(int unit) const;
  // Empty if the attribute means nothing for the unit or is not known.
  const std::string& Get(int unit, Attribute attribute) const;
  // The provinces of municipalities, as their schools and themselves have them.
  std::map<std::string, std::string> ProvinceOfMunicipality() const;
  int size() const { return static_cast<int>(names_.size()); }

 private:
  uint32_t Intern(const std::string& text);

  std::vector<std::string> attribute_names_;  // By Attribute.
  std::vector<std::string> texts_;
  std::unordered_map<std::string, uint32_t> text_ids_;
  std::vector<uint32_t> values_;  // By unit, then by attribute.
  std::vector<int64_t> pupils_;   // -1: not counted.
  std::unordered_map<std::string, int> places_;
  std::vector<const std::string*> names_;  // Of places_.
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_UNITS_H_
