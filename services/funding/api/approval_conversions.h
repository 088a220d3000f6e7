// Approvals from domain to proto, and what of them is kept as bytes.

#ifndef VG_SERVICES_FUNDING_API_APPROVAL_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_APPROVAL_CONVERSIONS_H_

#include <map>
#include <span>
#include <string>

#include "absl/status/statusor.h"

#include "services/funding/domain/approval/approval.h"
#include "services/funding/domain/approval/checks.h"
#include "services/funding/domain/schemes/scheme.h"
#include "services/funding/storage/approval_rows.h"
#include "voortgang/funding/v1/approval.pb.h"

namespace vg::funding {

voortgang::funding::v1::Check ToProto(const CheckResult& result, RecipientKind kind);

// The reasons by check; UNKNOWN_CHECK.
absl::StatusOr<std::map<std::string, std::string>> WaiversOf(
    const google::protobuf::RepeatedPtrField<voortgang::funding::v1::Waiver>& waivers);

// What Approval::facts is given: filter, checks, and the waivers of those that failed.
std::string FactsOf(const voortgang::funding::v1::RecipientFilter& filter,
                    std::span<const CheckResult> checks,
                    const std::map<std::string, std::string>& waived, RecipientKind kind);
// DATA_LOSS if its facts cannot be read.
absl::StatusOr<voortgang::funding::v1::Approval> ToProto(const Approval& approval);

voortgang::funding::v1::ApprovalEvent ToProto(const ApprovalEvent& event);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_APPROVAL_CONVERSIONS_H_
