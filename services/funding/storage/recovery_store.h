// Money that is claimed back, unspent or paid too much, on disk and in the books.

#ifndef VG_SERVICES_FUNDING_STORAGE_RECOVERY_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_RECOVERY_STORE_H_

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
#include "services/funding/storage/positions.h"

namespace vg::funding {

struct RecoveryRow {
  std::string id;
  std::string grant;
  absl::CivilDay day;
  Money total;
  int64_t line_count = 0;
  Money recovered;
  absl::Time create_time;
  std::string created_by;
  bool reversed = false;       // Nothing is claimed any more.
  bool overpaid_only = false;  // What was unspent was left.

  friend bool operator==(const RecoveryRow&, const RecoveryRow&) = default;
};

// The claim on one recipient, over all books.
struct RecoveryClaim {
  std::string recipient;
  int64_t cents = 0;
  int64_t repaid_cents = 0;

  friend bool operator==(const RecoveryClaim&, const RecoveryClaim&) = default;
};

// What a recovery claims.
enum class ClaimScope {
  kAll,       // What is paid and not spent, and what was paid too much.
  kExpired,   // What was carried over from school years of which it may be spent no longer.
  kOverpaid,  // What was paid too much.
};

struct RecoveryDraft {
  std::string id;
  GrantId grant;
  absl::CivilDay day;  // On which it is claimed.
  ClaimScope scope = ClaimScope::kAll;
  std::vector<std::string> expired_school_years;  // For kExpired.
  absl::Time now;
  std::string actor;
};

struct RecoveryResult {
  RecoveryRow recovery;
  std::vector<RecoveryClaim> claims;  // By recipient.
};

struct Settlement {
  std::string recovery;
  std::string recipient;
  Money amount;  // Above zero.
  absl::CivilDay day;
  std::string reference;
};

// Thread-safe; calls block. Borrows the database.
class RecoveryStore {
 public:
  explicit RecoveryStore(sql::Database& database) : database_(database) {}

  // What would be claimed: of each recipient what is paid and not spent, over all books together,
  // and what was paid too much and neither settled nor carried over, book by book; also what a
  // release claimed of that and no recovery holds.
  absl::StatusOr<RecoveryResult> Propose(const RecoveryDraft& draft);
  // Claims it: paid, newest book first, and carried over become recoverable. The same recovery
  // again is answered as it is. FAILED_PRECONDITION, NOTHING_TO_RECOVER, RELEASE_UNDER_WAY;
  // ALREADY_EXISTS, RECOVERY_EXISTS if the id is of another grant, or
  // one of the two was to claim only what was overpaid.
  absl::StatusOr<RecoveryResult> Recover(const RecoveryDraft& draft);

  // Says that money came in: recoverable becomes available again. The same settlement again does
  // nothing. NOT_FOUND; INVALID_ARGUMENT, BAD_AMOUNT; FAILED_PRECONDITION, MORE_THAN_CLAIMED,
  // RECOVERY_REVERSED;
  // ALREADY_EXISTS, SETTLEMENT_EXISTS.
  absl::StatusOr<RecoveryClaim> Settle(const Settlement& settlement, absl::Time now,
                                       std::string_view actor);

  absl::StatusOr<std::optional<RecoveryRow>> Find(std::string_view id);
  // By recipient, after `after`.
  absl::StatusOr<std::vector<RecoveryClaim>> Claims(std::string_view id, std::string_view after,
                                                    size_t limit);

 private:
  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_RECOVERY_STORE_H_
