// The words in which tables keep states, rules and reasons. Unknown ones are DATA_LOSS.

#ifndef VG_SERVICES_FUNDING_STORAGE_PAYMENT_WORDS_H_
#define VG_SERVICES_FUNDING_STORAGE_PAYMENT_WORDS_H_

#include <string_view>

#include "absl/status/statusor.h"

#include "services/funding/domain/payments/batch.h"
#include "services/funding/domain/payments/reconciliation.h"
#include "services/funding/storage/payee_store.h"

namespace vg::funding {

std::string_view NameOf(ChangeState state);
std::string_view NameOf(LineState state);
std::string_view NameOf(BatchState state);
std::string_view NameOf(MatchRule rule);

absl::StatusOr<ChangeState> ChangeStateNamed(std::string_view word);
absl::StatusOr<LineState> LineStateNamed(std::string_view word);
absl::StatusOr<BatchState> BatchStateNamed(std::string_view word);
absl::StatusOr<BlockReason> BlockReasonNamed(std::string_view word);
absl::StatusOr<DifferenceKind> DifferenceKindNamed(std::string_view word);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_PAYMENT_WORDS_H_
