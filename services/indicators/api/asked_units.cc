#include "services/indicators/api/asked_units.h"

#include "absl/strings/match.h"

namespace vg::indicators {

namespace survey = voortgang::survey::v1;

Population AskedOf(const TableSource& source, const UnitTable& units) {
  Population population{units, {}};
  const char* const kind = source.role == survey::ROLE_BOARD          ? "boards/"
                           : source.role == survey::ROLE_MUNICIPALITY ? "municipalities/"
                                                                      : "schools/";
  for (int unit = 0; unit < units.size(); ++unit) {
    if (!absl::StartsWith(units.name(unit), kind)) continue;
    if (!source.sectors.empty() && !source.sectors.contains(units.Get(unit, Attribute::kSector))) {
      continue;
    }
    population.units.push_back(unit);
  }
  return population;
}

}  // namespace vg::indicators
