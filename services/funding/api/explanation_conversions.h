// An explanation from domain to proto.

#ifndef VG_SERVICES_FUNDING_API_EXPLANATION_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_EXPLANATION_CONVERSIONS_H_

#include <string_view>
#include <vector>

#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/explanation/evidence.h"
#include "voortgang/funding/v1/run.pb.h"

namespace vg::funding {

// What `calculator` explained of `evidence.recipient`. The names of a snapshot without id, of its
// recipient and of the run are left out.
voortgang::funding::v1::Explanation ToProto(const Calculator& calculator,
                                            const SnapshotIdentity& snapshot,
                                            const Evidence& evidence, const Allocation& allocation,
                                            const std::vector<Working>& workings,
                                            std::string_view run = {});

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_EXPLANATION_CONVERSIONS_H_
