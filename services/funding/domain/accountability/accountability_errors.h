// What accountability refuses, one function per failure.

#ifndef VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_ACCOUNTABILITY_ERRORS_H_
#define VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_ACCOUNTABILITY_ERRORS_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

#include "common/numeric/money.h"

namespace vg::funding {

// ALREADY_EXISTS, RECOVERY_EXISTS: the id is of another grant.
absl::Status RecoveryExists(std::string_view id, std::string_view grant);
// FAILED_PRECONDITION, NOTHING_TO_RECOVER.
absl::Status NothingToRecover(std::string_view grant);
// FAILED_PRECONDITION, RECOVERY_TOO_EARLY: the money may be spent until `last_day`.
absl::Status RecoveryTooEarly(absl::CivilDay last_day, std::string_view legal_reference);
// FAILED_PRECONDITION, MORE_THAN_CLAIMED: only `left` is open.
absl::Status MoreThanClaimed(std::string_view recipient, Money left);
// ALREADY_EXISTS, SETTLEMENT_EXISTS.
absl::Status SettlementExists(std::string_view reference);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_ACCOUNTABILITY_ERRORS_H_
