// Differences on disk: what people must look at, and what they made of it.

#ifndef VG_SERVICES_FUNDING_STORAGE_DIFFERENCE_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_DIFFERENCE_STORE_H_

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
#include "services/funding/domain/payments/resolution.h"
#include "services/funding/domain/payments/statement.h"
#include "services/funding/storage/payment_store.h"

namespace vg::funding {

enum class DifferenceState { kOpen, kProposed, kResolved };

// How a difference is dealt with, or is proposed to be.
struct Resolution {
  ResolutionKind kind = ResolutionKind::kAccepted;
  std::string note;
  std::string transfer;  // Its end-to-end id; empty if no money moves.
  std::string resolved_by;
  absl::Time resolve_time;
  std::string confirmed_by;  // Empty: nobody did, or had to.
  std::optional<absl::Time> confirm_time;

  friend bool operator==(const Resolution&, const Resolution&) = default;
};

struct DifferenceRow {
  std::string id;       // Of all differences.
  std::string account;  // This and the next empty: it is missing.
  std::string statement;
  int64_t number = 0;  // Within its statement.
  PaymentDifference difference;
  BankTransaction transaction;      // What it is about.
  std::optional<MissingLine> line;  // Of what is missing.
  DifferenceState state = DifferenceState::kOpen;
  std::optional<Resolution> resolution;
};

// A place in the list of differences of statements.
struct DifferenceKey {
  std::string account;
  std::string statement;
  int64_t number = 0;
};

// Which differences; an empty text means any.
struct DifferenceFilter {
  std::string account;
  std::string statement;
  std::optional<DifferenceKind> kind;
  std::optional<DifferenceState> state;
};

// What somebody made of a difference.
struct ResolutionDraft {
  std::string difference;  // Its id.
  ResolutionKind kind = ResolutionKind::kAccepted;
  std::string note;
  std::string transfer;  // Empty: the one that the difference is about.
  std::string actor;
  absl::Time now;
};

struct ResolutionDecision {
  std::string difference;
  bool reject = false;
  std::string reason;
  std::string actor;
  absl::Time now;
};

// The id of the difference `number` of a statement, and of a transfer that is missing.
std::string DifferenceId(std::string_view account, std::string_view statement, int64_t number);
std::string MissingId(std::string_view end_to_end_id);

// Thread-safe; calls block. Borrows the database.
class DifferenceStore {
 public:
  explicit DifferenceStore(sql::Database& database) : database_(database) {}

  // Those of statements, by account, statement and number, after `after`.
  absl::StatusOr<std::vector<DifferenceRow>> OfStatements(const DifferenceFilter& filter,
                                                          const DifferenceKey& after, size_t limit);
  // Transfers that were exported and that no statement tells of, of batches that were to be
  // executed before `day`, and those that were resolved: by batch and number, after them.
  absl::StatusOr<std::vector<DifferenceRow>> Missing(absl::CivilDay day,
                                                     std::optional<DifferenceState> state,
                                                     std::string_view batch, int number,
                                                     size_t limit);

  // Settles a difference, or proposes to if that moves money. The same again changes nothing.
  // NOT_FOUND; FAILED_PRECONDITION, DIFFERENCE_RESOLVED, RESOLUTION_DOES_NOT_FIT; INVALID_ARGUMENT,
  // REQUIRED.
  absl::StatusOr<DifferenceRow> Resolve(const ResolutionDraft& draft);
  // Posts what was proposed, or rejects it. Confirming again changes nothing. NOT_FOUND;
  // PERMISSION_DENIED, FOUR_EYES; FAILED_PRECONDITION, NOTHING_PROPOSED, RESOLUTION_DOES_NOT_FIT.
  absl::StatusOr<DifferenceRow> Decide(const ResolutionDecision& decision);

 private:
  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_DIFFERENCE_STORE_H_
