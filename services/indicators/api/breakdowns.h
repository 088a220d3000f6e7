// What figures are broken down by, as a query names it.

#ifndef VG_SERVICES_INDICATORS_API_BREAKDOWNS_H_
#define VG_SERVICES_INDICATORS_API_BREAKDOWNS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_field.h"

#include "services/indicators/api/peers.h"
#include "services/indicators/domain/columns.h"
#include "services/indicators/domain/estimate.h"
#include "services/indicators/domain/units.h"

namespace vg::indicators {

// An attribute: of the register, or of the wave's sample.
struct Breakdown {
  std::optional<Attribute> attribute;
  std::string of_sample;

  // `place`: of the unit in the snapshot, or -1.
  std::string ValueOf(const UnitTable& units, int place, const WaveSample* sample,
                      const std::string& unit) const;
};

// `sample` may be null. INVALID_ARGUMENT: UNKNOWN_ATTRIBUTE, ATTRIBUTE_TWICE.
absl::StatusOr<std::vector<Breakdown>> BreakdownsFromProto(
    const google::protobuf::RepeatedPtrField<std::string>& names, const UnitTable& units,
    const WaveSample* sample);

// The larger areas that figures by each attribute add up to.
std::vector<Areas> AreasOf(const std::vector<Breakdown>& breakdowns, const UnitTable& units);

// The group of every unit of `names`, by its number there. Units that the snapshot does not have
// are in the group with empty values.
TableIndex IndexOf(const std::vector<Breakdown>& breakdowns, const UnitTable& units,
                   const WaveSample* sample, const std::vector<const std::string*>& names);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_BREAKDOWNS_H_
