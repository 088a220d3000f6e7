// Claims inside a transaction.

#ifndef VG_SERVICES_FUNDING_STORAGE_RECOVERY_ROWS_H_
#define VG_SERVICES_FUNDING_STORAGE_RECOVERY_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/sql/transaction.h"
#include "services/funding/storage/recovery_store.h"

namespace vg::funding {

// What is claimed of one recipient in one book.
struct ClaimPart {
  std::string recipient;
  std::string book;
  int64_t cents = 0;
  std::string detail;  // Under which it was paid too much; empty: it was not spent.
  int64_t posted = 0;  // What of it a release claimed already.
};

// The detail under which a claim on what was not spent is posted.
std::string ClaimDetail(std::string_view recovery);

absl::StatusOr<std::optional<RecoveryRow>> FindRecovery(sql::Transaction& transaction,
                                                        std::string_view id);
// By recipient, after `after`.
absl::StatusOr<std::vector<RecoveryClaim>> ClaimsIn(sql::Transaction& transaction,
                                                    std::string_view id, std::string_view after,
                                                    size_t limit);
absl::Status InsertRecovery(sql::Transaction& transaction, const RecoveryRow& row,
                            const std::vector<ClaimPart>& parts);
// Paid and carried over become recoverable.
absl::Status PostClaims(sql::Transaction& transaction, const RecoveryDraft& draft,
                        std::string_view reason, const std::vector<ClaimPart>& parts);

// What the ledger still holds of the claims on what `recipient` was paid too much under `detail`:
// amounts that are granted again by a later release are claimed no more.
absl::StatusOr<int64_t> RecoverableOf(sql::Transaction& transaction, const ClaimPart& claim,
                                      Currency currency);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_RECOVERY_ROWS_H_
