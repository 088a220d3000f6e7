// What payments refuse, one function per failure.

#ifndef VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_PAYMENT_ERRORS_H_
#define VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_PAYMENT_ERRORS_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace vg::funding {

// ALREADY_EXISTS, CHANGE_EXISTS: the id holds other accounts.
absl::Status ChangeExists(std::string_view id);
// FAILED_PRECONDITION, CHANGE_DECIDED: by whom and when.
absl::Status ChangeDecided(absl::Time when, std::string_view id, std::string_view state,
                           std::string_view by);
// PERMISSION_DENIED, FOUR_EYES: another person than `by` is needed.
absl::Status PayeeFourEyes(std::string_view resource, std::string_view by);

// FAILED_PRECONDITION, NOTHING_DUE: there is nothing to pay for the period, and never was.
absl::Status NothingDue(absl::CivilMonth period, std::string_view currency);
// FAILED_PRECONDITION, ALL_BLOCKED: nothing of what is due can be paid.
absl::Status AllBlocked(int64_t payments);
// FAILED_PRECONDITION, PAYER_DIFFERS: the period is paid from another account.
absl::Status PayerDiffers(std::string_view batch, std::string_view account);

// FAILED_PRECONDITION, ACCOUNT_UNKNOWN: no batch was paid from the statement's account.
absl::Status AccountUnknown(std::string_view statement, std::string_view account);
// ALREADY_EXISTS, STATEMENT_EXISTS: it was read before, with other content.
absl::Status StatementExists(std::string_view account, std::string_view id);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_PAYMENT_ERRORS_H_
