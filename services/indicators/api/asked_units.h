// Who was asked.

#ifndef VG_SERVICES_INDICATORS_API_ASKED_UNITS_H_
#define VG_SERVICES_INDICATORS_API_ASKED_UNITS_H_

#include "services/indicators/api/table_source.h"
#include "services/indicators/domain/weighting.h"

namespace vg::indicators {

// The units of a snapshot that answer in the role of `source`, of its sectors; for programmes,
// schools. Borrows `units`.
Population AskedOf(const TableSource& source, const UnitTable& units);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_ASKED_UNITS_H_
