// Reports of spending as rows.

#ifndef VG_SERVICES_FUNDING_STORAGE_SPENDING_ROWS_H_
#define VG_SERVICES_FUNDING_STORAGE_SPENDING_ROWS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/funding/storage/accountability_store.h"
#include "services/funding/storage/positions.h"

namespace vg::funding {

// Rows of spending_report that fit `rest` ("WHERE …").
absl::StatusOr<std::vector<ReportRow>> QueryReports(sql::Transaction& transaction,
                                                    const std::string& rest, sql::Params params);

// Of a row r: there is no later version.
inline constexpr char kLastVersion[] =
    "r.version = (SELECT MAX(v.version) FROM spending_report v WHERE v.grant_id = r.grant_id "
    "AND v.recipient = r.recipient AND v.year = r.year)";
// The last version of each year, by recipient and year.
absl::StatusOr<std::vector<ReportRow>> LastReports(sql::Transaction& transaction,
                                                   std::string_view grant,
                                                   const RecipientRange& range);

absl::Status InsertReports(sql::Transaction& transaction, std::span<const SpendingReport> reports,
                           std::string_view actor, absl::Time now);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_SPENDING_ROWS_H_
