// Policies of disclosure control, as the API writes them.

#ifndef VG_SERVICES_INDICATORS_API_POLICY_PROTO_H_
#define VG_SERVICES_INDICATORS_API_POLICY_PROTO_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"

#include "services/indicators/domain/disclosure/policy.h"
#include "services/indicators/domain/disclosure/table_family.h"
#include "services/indicators/storage/disclosure_store.h"
#include "voortgang/indicators/v1/disclosure.pb.h"

namespace vg::indicators {

// The policy for a measure of the kind, with its table of noise. INVALID_ARGUMENT: OUT_OF_RANGE,
// NOT_APPLICABLE, NOISE_INFEASIBLE.
absl::StatusOr<disclosure::Policy> PolicyFromProto(
    const voortgang::indicators::v1::DisclosurePolicy& proto, MeasureKind kind);
// With everything filled in.
voortgang::indicators::v1::DisclosurePolicy PolicyToProto(const disclosure::Policy& policy);

// A policy that holds, with the version that it is told as.
struct PolicyInForce {
  int version = 0;  // 0: the default.
  std::string digest;
  disclosure::Policy policy;
};

// SHA-256 over the canonical form of a policy, field by field.
std::string DigestOf(const disclosure::Policy& policy);
// What was stored, or the default. DATA_LOSS if it cannot be read.
absl::StatusOr<PolicyInForce> InForce(const std::optional<StoredPolicy>& stored);

voortgang::indicators::v1::HiddenReason ReasonToProto(disclosure::Reason reason,
                                                      bool tells_secondary);
void ToProto(const disclosure::Audit& audit, const PolicyInForce& policy, bool tells_secondary,
             voortgang::indicators::v1::TableAudit& proto);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_POLICY_PROTO_H_
