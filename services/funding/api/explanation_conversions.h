// An explanation from domain to proto.

#ifndef VG_SERVICES_FUNDING_API_EXPLANATION_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_EXPLANATION_CONVERSIONS_H_

#include <string>
#include <vector>

#include "services/funding/domain/calculator.h"
#include "services/funding/domain/run.h"
#include "voortgang/funding/v1/run.pb.h"

namespace vg::funding {

// The components of an explanation. `register_name` is where the recipient's facts were read:
// "snapshots/2020-10-01/schools/16SW03".
void AddComponents(const Calculator& calculator, const std::vector<Working>& workings,
                   const std::string& register_name, voortgang::funding::v1::Explanation& out);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_EXPLANATION_CONVERSIONS_H_
