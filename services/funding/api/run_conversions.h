// Runs and allocations from domain to proto, and runs to the bytes that are kept.

#ifndef VG_SERVICES_FUNDING_API_RUN_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_RUN_CONVERSIONS_H_

#include <string_view>

#include "absl/status/statusor.h"

#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/storage/funding_store.h"
#include "voortgang/funding/v1/run.pb.h"

namespace vg::funding {

// Without a name, for nothing has been kept yet.
voortgang::funding::v1::Run ToProto(const RunResult& result, const Calculator& calculator,
                                    const SnapshotIdentity& snapshot,
                                    std::string_view scheme_version, absl::Time create_time);

// What Keep is given: `run` as bytes.
std::string FactsOf(const voortgang::funding::v1::Run& run);
// DATA_LOSS if the bytes cannot be read.
absl::StatusOr<voortgang::funding::v1::Run> ToProto(const RunRow& row);

voortgang::funding::v1::Allocation ToProto(const Allocation& allocation, std::string_view run,
                                           const Scheme& scheme);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_RUN_CONVERSIONS_H_
