// Payees as a bank or an administration lists them, in CSV.

#ifndef VG_SERVICES_FUNDING_FILES_PAYEE_FILE_H_
#define VG_SERVICES_FUNDING_FILES_PAYEE_FILE_H_

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "services/funding/domain/payments/payee.h"
#include "services/funding/files/row_file.h"

namespace vg::funding {

// Columns: payee, name, iban, account_number, bic, country, valid_from, valid_until, source. A row
// that states what an earlier row states for the same payee and valid_from is refused
// (DUPLICATE_PAYEE). Not thread-safe.
class PayeeFile {
 public:
  PayeeFile();

  absl::Status Feed(std::string_view bytes) { return rows_.Feed(bytes); }
  absl::Status Finish() { return rows_.Finish(); }

  const std::vector<Payee>& payees() const { return payees_; }
  const RefusedRows& refused() const { return rows_.refused(); }

 private:
  absl::Status Take(const NamedCells& cells);

  std::vector<Payee> payees_;
  std::set<std::pair<std::string, absl::CivilDay>> seen_;
  RowFile rows_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_FILES_PAYEE_FILE_H_
