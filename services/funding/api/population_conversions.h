// Figures over all recipients of a run, between proto and domain.

#ifndef VG_SERVICES_FUNDING_API_POPULATION_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_POPULATION_CONVERSIONS_H_

#include "absl/status/statusor.h"

#include "services/funding/domain/calculation/population.h"
#include "voortgang/funding/v1/run.pb.h"

namespace vg::funding {

// Adds them to `run`.
void AddFigures(const PopulationFigures& population, voortgang::funding::v1::Run& run);

// What AddFigures wrote; DATA_LOSS if it cannot be read.
absl::StatusOr<PopulationFigures> FiguresOfRun(const voortgang::funding::v1::Run& run);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_POPULATION_CONVERSIONS_H_
