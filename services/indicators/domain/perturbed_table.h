// Tables whose counts are rounded or given noise in place of being hidden.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_PERTURBED_TABLE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_PERTURBED_TABLE_H_

#include <cstdint>
#include <vector>

#include "services/indicators/domain/disclosure/policy.h"
#include "services/indicators/domain/estimate.h"

namespace vg::indicators {

// Changes the counts of `table`, which was made of `figures`, as `policy` says, which does not
// suppress; values are of the changed counts, and what came to nought is empty. `unit_keys`: of
// each unit a secret number, drawn once. For shares and counts.
void Perturb(const disclosure::Policy& policy, MeasureKind kind,
             const std::vector<uint64_t>& unit_keys, const UnitFigures& figures,
             std::vector<Estimate>& table);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_PERTURBED_TABLE_H_
