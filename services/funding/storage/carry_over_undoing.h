// Undoing a carry-over, inside a transaction that has locked the heads of the grant's books.

#ifndef VG_SERVICES_FUNDING_STORAGE_CARRY_OVER_UNDOING_H_
#define VG_SERVICES_FUNDING_STORAGE_CARRY_OVER_UNDOING_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/storage/carry_over_store.h"

namespace vg::funding {

// FAILED_PRECONDITION, CLAIM_SETTLED, naming who stands in the way.
absl::Status RequireUndoable(sql::Transaction& transaction, const CarryOverRow& row,
                             const std::vector<CarryOverPart>& parts);

// Posts the mirror of every entry of `row` and its recovery, plans payments as they were, and posts
// what was spent to the books as they are then. `how` says by whom, when and why.
absl::Status UndoPostings(sql::Transaction& transaction, const CarryOverRow& row, const Entry& how,
                          const std::vector<CarryOverPart>& parts, absl::Time now);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_CARRY_OVER_UNDOING_H_
