// One statement inside a transaction: what it may tell of, and what it changes.

#ifndef VG_SERVICES_FUNDING_STORAGE_RECONCILING_H_
#define VG_SERVICES_FUNDING_STORAGE_RECONCILING_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/funding/domain/payments/reconciliation.h"

namespace vg::funding {

// Every transfer that `statement` may tell of: those it names, those of batches it names, and all
// that are exported from its account. FAILED_PRECONDITION, ACCOUNT_UNKNOWN.
absl::StatusOr<std::vector<OpenTransfer>> TransfersFor(sql::Transaction& transaction,
                                                       const BankStatement& statement);

// Changes the lines that `result` matches and posts to their books.
absl::Status ApplyMatches(sql::Transaction& transaction, const BankStatement& statement,
                          const std::vector<OpenTransfer>& transfers, const Reconciliation& result,
                          absl::Time now, std::string_view actor);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_RECONCILING_H_
