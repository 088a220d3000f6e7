// Differences as rows, inside a transaction.

#ifndef VG_SERVICES_FUNDING_STORAGE_DIFFERENCE_ROWS_H_
#define VG_SERVICES_FUNDING_STORAGE_DIFFERENCE_ROWS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "common/sql/transaction.h"
#include "services/funding/storage/difference_store.h"

namespace vg::funding {

// "open", "proposed", "resolved".
std::string_view NameOf(DifferenceState state);

// Those of statements that fit `rest` ("WHERE … ORDER BY …", where d is the difference, t its
// transaction and r the resolution that holds), and those of transfers (l, their batch b, and r).
absl::StatusOr<std::vector<DifferenceRow>> QueryDifferences(sql::Transaction& transaction,
                                                            const std::string& rest,
                                                            sql::Params params);
absl::StatusOr<std::vector<DifferenceRow>> QueryMissing(sql::Transaction& transaction,
                                                        const std::string& rest,
                                                        sql::Params params);

absl::StatusOr<std::optional<DifferenceRow>> FindDifference(sql::Transaction& transaction,
                                                            std::string_view id);
// A transfer of ours, whatever its state.
absl::StatusOr<std::optional<MissingLine>> FindTransfer(sql::Transaction& transaction,
                                                        std::string_view end_to_end_id);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_DIFFERENCE_ROWS_H_
