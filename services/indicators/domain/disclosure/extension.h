// Choosing what else to hide for the sake of one cell.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_EXTENSION_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_EXTENSION_H_

#include <vector>

#include "services/indicators/domain/disclosure/feasibility.h"
#include "services/indicators/domain/disclosure/suppression.h"

namespace vg::indicators::disclosure {

// The problem as those see it who see the tables `visible`: atoms that none of them tells apart
// are one. Cells keep their numbers; those of other tables have no members.
SuppressionProblem SeenThrough(const SuppressionProblem& problem, const std::vector<int>& visible);

// Cells out of `candidates`, which are shown, whose hiding lets the number of `target` be
// `knowledge` says it is and also `need` above the least that `range` says: those through which
// the least costly change of all shown sums goes (Kelly, Golden and Assad, 1992). Where only one
// shown sum is over the target, the cheapest of its cells. Empty if there is nothing to choose.
std::vector<int> ChooseToHide(const SuppressionProblem& problem, const Knowledge& knowledge,
                              const std::vector<int>& candidates, int target, Range range,
                              const Need& need, Effort& effort);

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_EXTENSION_H_
