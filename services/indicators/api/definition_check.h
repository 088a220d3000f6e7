// Whether a definition can be computed, and on which versions of its questionnaires.

#ifndef VG_SERVICES_INDICATORS_API_DEFINITION_CHECK_H_
#define VG_SERVICES_INDICATORS_API_DEFINITION_CHECK_H_

#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/api/measures.h"
#include "services/indicators/api/peers.h"
#include "voortgang/indicators/v1/indicator.pb.h"

namespace vg::indicators {

// How every published version of the definition's questionnaires fits it, newest first, by
// questionnaire; none for programmes. What older versions ask is held against the newest version
// that the definition can be computed on.
//
// Refuses as the API says of DefineIndicator; a questionnaire of which no version fits with what is
// wrong on its newest one.
absl::StatusOr<std::vector<voortgang::indicators::v1::VersionFit>> CheckDefinition(
    const voortgang::indicators::v1::IndicatorDefinition& definition, Measures& measures,
    Peers& peers);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_DEFINITION_CHECK_H_
