// What must be in order before amounts are approved. Each check has a name, by which an approver
// may waive it, with a reason.

#ifndef VG_SERVICES_FUNDING_DOMAIN_APPROVAL_CHECKS_H_
#define VG_SERVICES_FUNDING_DOMAIN_APPROVAL_CHECKS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/numeric/exact.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// The checks, in the order in which they are reported.
inline constexpr char kSnapshotChanged[] = "SNAPSHOT_CHANGED";
inline constexpr char kAmountsDiffer[] = "AMOUNTS_DIFFER";
inline constexpr char kUnknownRecipients[] = "UNKNOWN_RECIPIENTS";
inline constexpr char kUndeterminedAmounts[] = "UNDETERMINED_AMOUNTS";
inline constexpr char kNegativeAmounts[] = "NEGATIVE_AMOUNTS";
inline constexpr char kBudgetExceeded[] = "BUDGET_EXCEEDED";
inline constexpr char kOutliers[] = "OUTLIERS";
inline constexpr char kProvisionalParameters[] = "PROVISIONAL_PARAMETERS";
inline constexpr char kProvisionalCounts[] = "PROVISIONAL_COUNTS";
inline constexpr char kOlderRun[] = "OLDER_RUN";
// A later run took the place of this one; the one check that nobody can waive.
inline constexpr char kSupersededRun[] = "SUPERSEDED_RUN";
inline constexpr std::string_view kChecks[] = {
    kSnapshotChanged,   kAmountsDiffer,  kUnknownRecipients, kUndeterminedAmounts,
    kNegativeAmounts,   kBudgetExceeded, kOutliers,          kProvisionalParameters,
    kProvisionalCounts, kOlderRun,       kSupersededRun};

bool IsCheck(std::string_view name);

// What a recipient has under an approval of the scheme that stands.
struct Standing {
  int64_t cents = 0;
  std::string approval;
  absl::Time run_time;  // When its run was made.
};

// A recipient that would be approved, with what it is held against.
struct Candidate {
  std::string code;
  std::optional<int64_t> cents;  // Empty: not determined, because of the next.
  std::string undetermined_reason;
  bool known = true;                      // The snapshot knows it,
  bool has_board = true;                  // and, of a school, whom to pay.
  std::optional<Standing> standing;       // The newest of the scheme in the book.
  std::optional<int64_t> previous_cents;  // In the previous run.
};

// All that does not differ by recipient.
struct CheckInput {
  const Scheme* scheme = nullptr;
  std::string snapshot;  // "snapshots/2020-10-01"
  std::string pinned_snapshot_digest;
  std::string found_snapshot_digest;
  absl::CivilDay count_date;  // Of the snapshot.
  std::string kept_digest;    // Of the run,
  std::string again_digest;   // and of what computing it again gives; empty: cannot be computed,
  std::string again_fault;    // because of this.
  absl::Time run_time;
  std::string superseded_by;  // "runs/final"; empty: by none.
  std::string previous_run;   // "runs/2020", of last year; empty: there is none.
  int64_t outlier_percent = 25;
  Exact standing_cents;  // What stands under the scheme in the book, of all its recipients.
};

struct Finding {
  std::string recipient;  // A code; empty: about no one recipient.
  std::string sentence;
};

struct CheckResult {
  enum class State { kPassed, kFailed, kNotApplicable };

  std::string name;
  State state = State::kPassed;
  std::string sentence;           // What was found, in one line.
  int64_t count = 0;              // Recipients or parameters concerned.
  std::vector<Finding> findings;  // The first kMostFindings of them.
};
inline constexpr size_t kMostFindings = 100;

// Looks at recipients one by one and holds none of them. Borrows the scheme.
class RunChecks {
 public:
  explicit RunChecks(CheckInput input);

  // Each of those that would be approved, once.
  void Add(const Candidate& candidate);
  // One result for each of kChecks.
  std::vector<CheckResult> Finish() &&;

 private:
  CheckInput input_;
  CheckResult unknown_, undetermined_, negative_, outliers_, older_;
  Exact total_cents_;  // With what stands, once the candidates are approved.
};

// FAILED_PRECONDITION, CHECKS_FAILED, naming those of `results` that failed and are not `waived`;
// SUPERSEDED_RUN cannot be.
absl::Status RequireChecks(std::span<const CheckResult> results,
                           const std::map<std::string, std::string>& waived);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_APPROVAL_CHECKS_H_
