// What payments refuse, one function per failure.

#ifndef VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_PAYMENT_ERRORS_H_
#define VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_PAYMENT_ERRORS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "services/funding/domain/payments/batch.h"

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

// PERMISSION_DENIED, FOUR_EYES: `by` prepared it.
absl::Status BatchFourEyes(std::string_view batch, std::string_view by);
// FAILED_PRECONDITION, BATCH_DECIDED: it was authorised or withdrawn by `by`.
absl::Status BatchDecided(std::string_view batch, std::string_view state, std::string_view by);
// FAILED_PRECONDITION, BATCH_NOT_AUTHORISED.
absl::Status BatchNotAuthorised(std::string_view batch, BatchState state, std::string_view by);
// ABORTED, DIGEST_DIFFERS: the digest is `digest`.
absl::Status BatchDigestDiffers(std::string_view batch, std::string_view digest);
// DATA_LOSS, BATCH_CHANGED: its lines are not those that it was made of.
absl::Status BatchChanged(std::string_view batch);

// FAILED_PRECONDITION, DIFFERENCE_RESOLVED.
absl::Status DifferenceResolved(std::string_view id, std::string_view state, std::string_view by);
// FAILED_PRECONDITION, RESOLUTION_DOES_NOT_FIT: `sentence` says why and what would.
absl::Status ResolutionDoesNotFit(std::string_view id, std::string sentence);
// FAILED_PRECONDITION, NOTHING_PROPOSED.
absl::Status NothingProposed(std::string_view id);
// PERMISSION_DENIED, FOUR_EYES: `by` proposed the resolution.
absl::Status ResolutionFourEyes(std::string_view id, std::string_view by);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_PAYMENT_ERRORS_H_
