// Definitions as the API writes them.

#ifndef VG_SERVICES_INDICATORS_API_DEFINITION_PROTO_H_
#define VG_SERVICES_INDICATORS_API_DEFINITION_PROTO_H_

#include <string>

#include "absl/status/statusor.h"

#include "services/indicators/domain/measure.h"
#include "voortgang/indicators/v1/indicator.pb.h"

namespace vg::indicators {

// The feeds that indicators are folded from.
inline constexpr char kResponseFeed[] = "survey.responses";
inline constexpr char kProgrammeFeed[] = "catalogue.programmes";

// What a definition computes. INVALID_ARGUMENT: NO_SOURCE, NO_MEASURE,
// and of quantiles NUMBER_MALFORMED, OUT_OF_RANGE, NOT_A_STEP.
absl::StatusOr<Rules> RulesFromProto(
    const voortgang::indicators::v1::IndicatorDefinition& definition);

// The feed of the definition's source; it has one.
const char* FeedOf(const voortgang::indicators::v1::IndicatorDefinition& definition);

// SHA-256 over the canonical form of a definition, field by field.
std::string DigestOf(const voortgang::indicators::v1::IndicatorDefinition& definition);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_DEFINITION_PROTO_H_
