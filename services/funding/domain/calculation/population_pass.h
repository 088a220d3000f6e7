// The figures over all recipients, before any one of them is computed.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_POPULATION_PASS_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_POPULATION_PASS_H_

#include <span>

#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/population.h"
#include "services/funding/domain/recipient.h"

namespace vg::funding {

// What the calls and distributions of the scheme come to over `recipients`, which are in the order
// of their codes, each there once. The same with any number of threads. Empty if the scheme has
// none; then it costs nothing.
//
// A part that is absent or cannot be computed for one recipient leaves a gap and no value: nothing
// is guessed. A recipient that `where` (or the component's condition) does not let through counts
// nowhere; one whose group is not known leaves a gap in every group.
PopulationFigures FiguresOf(const Calculator& calculator, std::span<const Recipient> recipients,
                            int threads = 1);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_POPULATION_PASS_H_
