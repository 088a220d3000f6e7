// What recipients have of a scheme, read from the ledger and the plan.

#ifndef VG_SERVICES_FUNDING_STORAGE_POSITION_READER_H_
#define VG_SERVICES_FUNDING_STORAGE_POSITION_READER_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "common/sql/transaction.h"
#include "services/funding/domain/ledger/posting.h"

namespace vg::funding {

// By recipient, of those from `first` to `last`; who has nothing is left out. `scheme` is in
// `currency`. The caller has locked the book's head.
absl::StatusOr<std::map<std::string, Position>> ReadPositions(
    sql::Transaction& transaction, std::string_view book, std::string_view scheme,
    Currency currency, std::string_view first, std::string_view last);

// What the book holds as the budget of `scheme`, in cents.
absl::StatusOr<int64_t> ReadBudget(sql::Transaction& transaction, std::string_view book,
                                   std::string_view scheme, std::string_view currency);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_POSITION_READER_H_
