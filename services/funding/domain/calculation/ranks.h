// Why a recipient is among the highest, or is not: its own number against the threshold.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RANKS_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RANKS_H_

#include <string>
#include <string_view>
#include <vector>

#include "common/expression/environment.h"
#include "common/expression/expression.h"
#include "services/funding/domain/calculation/population.h"
#include "services/funding/domain/schemes/rules.h"

namespace vg::funding {

// What explanations call the lowest number of `group` that is among the highest by `call`, a
// top_share: "threshold of top_share(score, 0.15, per sector) in primary".
std::string ThresholdName(std::string_view call, std::string_view group);

// The figure of `population` for the group of the recipient in `frame`; null if it is not known.
const GroupFigure* FigureFor(const CallRules& call, const PopulationFigures& population,
                             const expression::Frame& frame);

// Gives each top_share in `trace` one part, where it was decided by numbers: the recipient's own,
// with how it came about, held against the threshold of its group.
void ShowRanks(const std::vector<CallRules>& calls, const PopulationFigures& population,
               const expression::Frame& frame, expression::Trace& trace);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RANKS_H_
