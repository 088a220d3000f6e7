// What the registry tells of recipients, as funding keeps it.

#ifndef VG_SERVICES_FUNDING_PEERS_REGISTRY_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_PEERS_REGISTRY_CONVERSIONS_H_

#include <vector>

#include "absl/status/statusor.h"

#include "services/funding/domain/explanation/evidence.h"
#include "services/funding/domain/recipient.h"
#include "voortgang/registry/v1/school.pb.h"

namespace vg::funding {

// INVALID_ARGUMENT for a name that is none; FAILED_PRECONDITION, BAD_REGISTER for counts that
// cannot be.
absl::StatusOr<Recipient> FromProto(const voortgang::registry::v1::School& school);
// Without pupils: those are of its branches.
absl::StatusOr<Recipient> FromProto(const voortgang::registry::v1::Municipality& municipality);

std::vector<FactRows> RowsOf(
    const google::protobuf::RepeatedPtrField<voortgang::registry::v1::FactSource>& sources);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_PEERS_REGISTRY_CONVERSIONS_H_
