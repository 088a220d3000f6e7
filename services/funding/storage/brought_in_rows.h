// What was paid too much in an earlier school year and moved into a book, inside a transaction that
// has locked its head.

#ifndef VG_SERVICES_FUNDING_STORAGE_BROUGHT_IN_ROWS_H_
#define VG_SERVICES_FUNDING_STORAGE_BROUGHT_IN_ROWS_H_

#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/funding/domain/ledger/ledger.h"

namespace vg::funding {

// Settles what `recipients` brought into `book` with what is planned there, scheme by scheme.
// `head` says on whose behalf ("carryOvers/a"), when and why.
absl::Status SettleWithPlans(sql::Transaction& transaction, const std::string& book,
                             const Entry& head, const std::set<std::string>& recipients,
                             Currency currency, absl::Time now);

// Plans again in `book` as it was before `by` settled something there.
absl::Status RestorePlans(sql::Transaction& transaction, const std::string& book,
                          const std::string& by, const std::string& undo,
                          const std::set<std::string>& recipients);

// One of `recipients` for whom what `by` did in `book` can no longer be undone: it was granted
// something since, a payment that `by` planned was ordered or replaced, or what it brought in was
// settled or claimed. Empty: none.
absl::StatusOr<std::string> SettledSince(sql::Transaction& transaction, const std::string& book,
                                         const std::string& by,
                                         const std::set<std::string>& recipients);

// FAILED_PRECONDITION, RELEASE_UNDER_WAY: amounts of `grant` are being released or reversed, so
// that nobody knows yet what is overpaid.
absl::Status RequireNoReleaseUnderWay(sql::Transaction& transaction, std::string_view grant);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_BROUGHT_IN_ROWS_H_
