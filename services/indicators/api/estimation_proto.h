// How to estimate, and what came of it, as the API has it.

#ifndef VG_SERVICES_INDICATORS_API_ESTIMATION_PROTO_H_
#define VG_SERVICES_INDICATORS_API_ESTIMATION_PROTO_H_

#include <string>

#include "absl/status/statusor.h"

#include "services/indicators/api/peers.h"
#include "services/indicators/domain/units.h"
#include "services/indicators/domain/weighted_table.h"
#include "voortgang/indicators/v1/estimation.pb.h"

namespace vg::indicators {

// Names of attributes are those of `units`. `sample`: that of the role, if the wave has one.
// INVALID_ARGUMENT: UNKNOWN_ATTRIBUTE, ATTRIBUTE_TWICE, OUT_OF_RANGE, NOT_APPLICABLE;
// FAILED_PRECONDITION (NO_SAMPLE).
absl::StatusOr<WeightingPlan> PlanFromProto(
    const voortgang::indicators::v1::EstimationOptions& options, const UnitTable& units,
    const WaveSample* sample);

void ToProto(const WeightedFigure& figure, voortgang::indicators::v1::WeightedEstimate& estimate);
void ToProto(const WeightedChange& change,
             voortgang::indicators::v1::WeightedDifference& difference);
// Numbers about units that answered only if `total_shown`, and if the weighting may tell them.
void ToProto(const WeightedTable& table, bool total_shown,
             voortgang::indicators::v1::EstimationSummary& summary);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_ESTIMATION_PROTO_H_
