// Reports of spending as rows.

#ifndef VG_SERVICES_FUNDING_STORAGE_SPENDING_ROWS_H_
#define VG_SERVICES_FUNDING_STORAGE_SPENDING_ROWS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/funding/storage/accountability_store.h"

namespace vg::funding {

// Rows of spending_report that fit `rest` ("WHERE …").
absl::StatusOr<std::vector<ReportRow>> QueryReports(sql::Transaction& transaction,
                                                    const std::string& rest, sql::Params params);

absl::Status InsertReport(sql::Transaction& transaction, const SpendingReport& report,
                          std::string_view actor, absl::Time now);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_SPENDING_ROWS_H_
