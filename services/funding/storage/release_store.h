// Releasing and reversing approvals, a bounded batch a transaction.

#ifndef VG_SERVICES_FUNDING_STORAGE_RELEASE_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_RELEASE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/funding/domain/approval/approval.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// Each call begins what is asked for, if it has not begun, and does its next `batch` recipients in
// the same transaction; the state of the answer says whether it is done. What a batch did is on
// disk with how far it came, so a call after an interruption goes on from there, and a call too
// many changes nothing. Thread-safe; calls block. Borrows the database.
class ReleaseStore {
 public:
  explicit ReleaseStore(sql::Database& database) : database_(database) {}

  // Posts what is granted and plans its payments. `rules` is the scheme version of the run.
  // NOT_FOUND; the errors of BeginRelease and ReleaseAllocation; FAILED_PRECONDITION: SUPERSEDED if
  // a later approval of some of its recipients is released, APPROVAL_STATE while one is on its way.
  absl::StatusOr<Approval> Release(std::string_view name, const ReleaseRequest& request,
                                   const Scheme& rules, size_t batch, absl::Time now);

  // Mirrors what the release posted and restores the payments that it had replaced. NOT_FOUND; the
  // errors of BeginReversal; FAILED_PRECONDITION: PAYMENTS_MADE if some of what it planned is
  // ordered or paid, LATER_RELEASE if recipients were released again since, or a
  // carry-over lowered their payments, OVERPAYMENT_MOVED if what it left overpaid was settled
  // since.
  absl::StatusOr<Approval> Reverse(std::string_view name, const std::string& actor,
                                   const std::string& reason, absl::CivilDay today, size_t batch,
                                   absl::Time now);

 private:
  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_RELEASE_STORE_H_
