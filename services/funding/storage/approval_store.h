// Approvals on disk: what was approved, by whom, and what became of it.

#ifndef VG_SERVICES_FUNDING_STORAGE_APPROVAL_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_APPROVAL_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/funding/domain/approval/approval.h"
#include "services/funding/storage/approval_rows.h"
#include "services/funding/storage/candidates.h"

namespace vg::funding {

// Takes a recipient that is approved with its amount.
using ApprovedSink = absl::FunctionRef<absl::Status(const std::string& recipient, int64_t cents)>;

// Chooses among the candidates what to approve, hands it to the sink, by recipient, and sets the
// facts of the approval. Must be pure: a store that loses a race runs it again. Its failure undoes
// all.
using ApprovalDecision =
    absl::FunctionRef<absl::Status(const Candidates&, ApprovedSink, Approval&)>;

// Thread-safe; calls block. Borrows the database.
class ApprovalStore {
 public:
  explicit ApprovalStore(sql::Database& database) : database_(database) {}

  // Keeps `draft`, whose recipients and total `decide` gives, and posts what its scheme's budget
  // has become, if it names one. An approval of that name with the same request by the same
  // approver is the answer as it is now; another one is ALREADY_EXISTS, APPROVAL_EXISTS. Nothing to
  // approve is FAILED_PRECONDITION, NOTHING_TO_APPROVE, naming who holds the recipients.
  absl::StatusOr<Approval> Approve(const Approval& draft, const std::optional<Money>& budget,
                                   const std::string& reason, absl::CivilDay today,
                                   const CandidateQuery& query, ApprovalDecision decide);

  // Shows the candidates as they are at one moment.
  absl::Status Look(const CandidateQuery& query,
                    absl::FunctionRef<absl::Status(const Candidates&)> look);
  absl::StatusOr<std::optional<Approval>> FindByName(std::string_view name);
  // By run and id, after `after` (a name); of one run only unless `run` is empty.
  absl::StatusOr<std::vector<Approval>> List(std::string_view run, std::string_view after,
                                             size_t limit);
  // By number, after `after`.
  absl::StatusOr<std::vector<ApprovalEvent>> Events(std::string_view run, int64_t after,
                                                    size_t limit);

 private:
  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_APPROVAL_STORE_H_
