// Approvals as rows. Internal to storage.

#ifndef VG_SERVICES_FUNDING_STORAGE_APPROVAL_ROWS_H_
#define VG_SERVICES_FUNDING_STORAGE_APPROVAL_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/funding/domain/approval/approval.h"

namespace vg::funding {

// What happened to an approval.
struct ApprovalEvent {
  int64_t number = 0;  // 1, 2, 3 … per run.
  std::string approval;
  std::string kind;  // approved, release_started, released, reversal_started, reversed
  std::string actor;
  absl::Time time;
  std::string reason;

  friend bool operator==(const ApprovalEvent&, const ApprovalEvent&) = default;
};

// "SELECT … FROM approval " with what follows. DATA_LOSS for a row that cannot be read.
absl::StatusOr<std::vector<Approval>> SelectApprovals(sql::Transaction& transaction,
                                                      std::string_view rest, sql::Params params);
absl::StatusOr<std::optional<Approval>> FindApproval(sql::Transaction& transaction,
                                                     std::string_view name);
absl::Status InsertApproval(sql::Transaction& transaction, const Approval& approval);
// What changes in its life.
absl::Status UpdateApproval(sql::Transaction& transaction, const Approval& approval);

// Adds what happened to `approval` under the next number of its run. The caller has locked the head
// of its book.
absl::Status AddEvent(sql::Transaction& transaction, const Approval& approval,
                      std::string_view kind, std::string_view actor, std::string_view reason,
                      absl::Time now);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_APPROVAL_ROWS_H_
