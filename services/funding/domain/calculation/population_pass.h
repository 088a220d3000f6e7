// The figures over all recipients, before any one of them is computed.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_POPULATION_PASS_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_POPULATION_PASS_H_

#include <span>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/population.h"
#include "services/funding/domain/calculation/recipient_source.h"
#include "services/funding/domain/recipient.h"

namespace vg::funding {

// What the calls and distributions of the scheme come to over `recipients`. The same with any
// number of threads. Empty if the scheme has none; then it costs nothing. Read once for each level
// of calls, and once for the distributions; what is kept of a recipient is a number for each
// top_share, and its code with a number for each divided pot.
//
// A part that is absent or cannot be computed for one recipient leaves a gap and no value: nothing
// is guessed. A recipient that `where` (or the component's condition) does not let through counts
// nowhere; one whose group is not known leaves a gap in every group.
//
// The errors of ForEachChecked.
absl::StatusOr<PopulationFigures> FiguresOf(const Calculator& calculator,
                                            const RecipientSource& recipients, int threads = 1);

// Calls `visit` with all of `recipients`, batch by batch, each checked. FAILED_PRECONDITION,
// DUPLICATE_RECIPIENT for a code that is there twice; BAD_REGISTER for recipients that are out of
// order, and as Calculator::Check; and what the source and `visit` answer.
absl::Status ForEachChecked(const Calculator& calculator, const RecipientSource& recipients,
                            absl::FunctionRef<absl::Status(std::span<const Recipient>)> visit);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_POPULATION_PASS_H_
