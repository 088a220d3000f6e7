// Bank statements on disk, and what they did to payments.

#ifndef VG_SERVICES_FUNDING_STORAGE_STATEMENT_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_STATEMENT_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/funding/domain/payments/reconciliation.h"
#include "services/funding/domain/payments/statement.h"

namespace vg::funding {

struct BankStatementRow {
  std::string account;
  std::string id;
  std::string digest;
  absl::CivilDay last_day;
  Currency currency;
  int64_t transactions = 0;
  int64_t confirmed = 0;
  int64_t returned = 0;
  int64_t differences = 0;
  absl::Time import_time;
  std::string imported_by;
  bool repeated = false;  // It was read before; nothing was done this time. Not kept.
};

// A place in the list of statements.
struct StatementKey {
  std::string account;
  std::string id;
};

// Thread-safe; calls block. Borrows the database.
class StatementStore {
 public:
  explicit StatementStore(sql::Database& database) : database_(database) {}

  // Reconciles `statements` in their order, all or nothing: lines change their state, payments are
  // confirmed and returned in their books, matches and differences are kept. A statement that was
  // read before is answered as it is; ALREADY_EXISTS, STATEMENT_EXISTS if it holds other content.
  // FAILED_PRECONDITION, ACCOUNT_UNKNOWN. With `validate_only` nothing is kept.
  absl::StatusOr<std::vector<BankStatementRow>> Reconcile(
      const std::vector<BankStatement>& statements, absl::Time now, std::string_view actor,
      bool validate_only);

  // By account and id, after `after`.
  absl::StatusOr<std::vector<BankStatementRow>> List(const StatementKey& after, size_t limit);
  // The latest day that any statement tells of; absent before the first.
  absl::StatusOr<std::optional<absl::CivilDay>> LastDay();

 private:
  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_STATEMENT_STORE_H_
