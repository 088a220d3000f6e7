// Carry-overs inside a transaction.

#ifndef VG_SERVICES_FUNDING_STORAGE_CARRY_OVER_ROWS_H_
#define VG_SERVICES_FUNDING_STORAGE_CARRY_OVER_ROWS_H_

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/sql/transaction.h"
#include "services/funding/storage/carry_over_store.h"

namespace vg::funding {

// "carryOvers/a", which entries and payments name as what they follow from.
std::string CarryOverName(std::string_view id);
// The book of the school year after `school_year`.
std::string NextBook(std::string_view grant, std::string_view school_year);
// Those of whom something moves that was paid too much.
std::set<std::string> OverpaidIn(const std::vector<CarryOverPart>& parts);

absl::StatusOr<std::optional<CarryOverRow>> FindCarryOver(sql::Transaction& transaction,
                                                          std::string_view id);
// By recipient, after `after`.
absl::StatusOr<std::vector<CarryOverPart>> PartsIn(sql::Transaction& transaction,
                                                   std::string_view id, std::string_view after,
                                                   size_t limit);
absl::Status InsertCarryOver(sql::Transaction& transaction, const CarryOverRow& row,
                             const std::vector<CarryOverPart>& parts);
// Keeps that `row` was undone, and its recovery with it.
absl::Status MarkReversed(sql::Transaction& transaction, const CarryOverRow& row);

// What recipients have in the book of `school_year`, by recipient; never more unspent than they
// have over all books of the grant.
absl::StatusOr<std::vector<UnspentFunds>> ReadUnspent(sql::Transaction& transaction,
                                                      const GrantId& grant,
                                                      std::string_view school_year);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_CARRY_OVER_ROWS_H_
