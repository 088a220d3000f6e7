// The files in which banks tell what they booked.

#ifndef VG_SERVICES_FUNDING_FILES_STATEMENT_FILE_H_
#define VG_SERVICES_FUNDING_FILES_STATEMENT_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/funding/domain/payments/statement.h"

namespace vg::funding {

// An XML file is held as a tree, which takes a few times its size.
inline constexpr int64_t kMaxStatementBytes = int64_t{32} << 20;

// Reads ISO 20022 camt.053 (bank-to-customer statement), versions 001.02 to 001.08. `bytes` is used
// up. Only booked entries count. An entry that tells its transactions gives each of them; one that
// does not is one transaction. Statements are held against their own balances and sums.
//
// INVALID_ARGUMENT: NOT_XML, DOCTYPE_NOT_ALLOWED (a bank's file has none, and by one a file could
// reach for others or grow without bound), NOT_A_STATEMENT, UNSUPPORTED_VERSION, BAD_STATEMENT
// (with its path), BALANCE_DIFFERS, SUMMARY_DIFFERS, ENTRY_SUM_DIFFERS, CURRENCY_MISMATCH,
// NO_STATEMENT. RESOURCE_EXHAUSTED, FILE_TOO_LARGE.
absl::StatusOr<std::vector<BankStatement>> ReadCamt053(std::string& bytes);

// What a CSV file does not say itself.
struct StatementCsvTerms {
  std::string id;
  std::string account;
  Currency currency;
  std::optional<Money> opening;
  std::optional<Money> closing;
};

// Reads a statement with the columns booking_date, amount (negative: went out) and, where there
// are, end_to_end_id, instruction_id, counter_account, counter_name, reference, return_reason,
// remittance. INVALID_ARGUMENT: BAD_ROWS with a violation for each row that is wrong; NO_STATEMENT;
// BALANCE_DIFFERS; MISSING_COLUMN and other faults of CSV.
absl::StatusOr<BankStatement> ReadStatementCsv(std::string_view text,
                                               const StatementCsvTerms& terms);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_FILES_STATEMENT_FILE_H_
