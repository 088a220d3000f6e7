// Reports of spending as boards and administrations keep them, in CSV.

#ifndef VG_SERVICES_FUNDING_FILES_SPENDING_FILE_H_
#define VG_SERVICES_FUNDING_FILES_SPENDING_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "services/funding/domain/accountability/spending.h"
#include "services/funding/files/row_file.h"

namespace vg::funding {

// Columns: recipient, year and, where there are, a, b, c, d, e, f, amount, hired, reserved,
// above_school_level, mr_consent, mr_consent_date, gmr_consent, gmr_consent_date, scan, teachers,
// parents, pupils, version. An empty amount is 0. Not thread-safe.
class SpendingFile {
 public:
  SpendingFile(std::string grant, Currency currency);

  absl::Status Feed(std::string_view bytes) { return rows_.Feed(bytes); }
  absl::Status Finish() { return rows_.Finish(); }

  // With the line of each; without holders, which the file does not say.
  const std::vector<std::pair<int64_t, SpendingReport>>& reports() const { return reports_; }
  const RefusedRows& refused() const { return rows_.refused(); }

 private:
  absl::Status Take(const NamedCells& cells);

  const std::string grant_;
  const Currency currency_;
  std::vector<std::pair<int64_t, SpendingReport>> reports_;
  RowFile rows_;
};

// The code of a recipient: "16SW03", "GM0363". INVALID_ARGUMENT on "recipient": BAD_RECIPIENT.
absl::StatusOr<std::string> ParseRecipientCode(std::string_view text);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_FILES_SPENDING_FILE_H_
