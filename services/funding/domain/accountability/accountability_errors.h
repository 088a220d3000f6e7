// What accountability refuses, one function per failure.

#ifndef VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_ACCOUNTABILITY_ERRORS_H_
#define VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_ACCOUNTABILITY_ERRORS_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

#include "common/numeric/money.h"

namespace vg::funding {

// ALREADY_EXISTS, RECOVERY_EXISTS: the id is of `what`, which is not what was asked for.
absl::Status RecoveryExists(std::string_view id, std::string_view what);
// FAILED_PRECONDITION, NOTHING_TO_RECOVER.
absl::Status NothingToRecover(std::string_view grant);
// FAILED_PRECONDITION, RECOVERY_TOO_EARLY: the money may be spent until `last_day`.
absl::Status RecoveryTooEarly(absl::CivilDay last_day, std::string_view legal_reference);
// FAILED_PRECONDITION, MORE_THAN_CLAIMED: only `left` is open.
absl::Status MoreThanClaimed(std::string_view recipient, Money left);
// ALREADY_EXISTS, SETTLEMENT_EXISTS.
absl::Status SettlementExists(std::string_view reference);

// FAILED_PRECONDITION, NO_MONEY_OF_GRANT: nothing of `grant` was granted or paid to recipients of
// `holder` by `day`.
absl::Status NoMoneyOfGrant(std::string_view holder, std::string_view grant, absl::CivilDay day);
// FAILED_PRECONDITION, RECOVERY_REVERSED.
absl::Status RecoveryReversed(std::string_view id);

// FAILED_PRECONDITION, NO_CARRY_OVER_RULE: the rules of `grant` name none for `school_year`.
absl::Status NoCarryOverRule(std::string_view grant, std::string_view school_year);
// FAILED_PRECONDITION, CARRY_OVER_TOO_EARLY: the school year lasts until `last_day`.
absl::Status CarryOverTooEarly(std::string_view school_year, absl::CivilDay last_day);
// FAILED_PRECONDITION, CARRY_OVER_TOO_LATE: what is carried over may be spent until `last_day`.
absl::Status CarryOverTooLate(std::string_view school_year, absl::CivilDay last_day,
                              std::string_view legal_reference);
// FAILED_PRECONDITION, NOTHING_TO_CARRY_OVER.
absl::Status NothingToCarryOver(std::string_view grant, std::string_view school_year);
// ALREADY_EXISTS, CARRY_OVER_EXISTS: the id is of another grant or school year, or of a recovery.
absl::Status CarryOverExists(std::string_view id, std::string_view of);
// FAILED_PRECONDITION, CLAIM_SETTLED: `recipient` paid back, or what it got was claimed or carried
// over since.
absl::Status ClaimSettled(std::string_view id, std::string_view recipient);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_ACCOUNTABILITY_ERRORS_H_
