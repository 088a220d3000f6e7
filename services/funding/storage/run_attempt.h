// A run while it is computed. Its allocations go to disk batch by batch, each in a transaction of
// its own, so that others may write in between; nobody sees them until the run itself is kept.
// Whatever ends halfway, also by kill -9, leaves nothing that counts.

#ifndef VG_SERVICES_FUNDING_STORAGE_RUN_ATTEMPT_H_
#define VG_SERVICES_FUNDING_STORAGE_RUN_ATTEMPT_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/funding/domain/calculation/calculator.h"

namespace vg::funding {

// Of one thread. Calls block. Borrows the database.
class RunAttempt {
 public:
  RunAttempt(sql::Database& database, std::string_view run, absl::Time start);

  // Under which its allocations are kept.
  const std::string& name() const { return name_; }

  absl::Status Add(std::span<const Allocation> allocations);
  // In the transaction that keeps the run, which names this attempt. DEADLINE_EXCEEDED if it went
  // on for so long that it was taken for dead.
  absl::Status Conclude(sql::Transaction& transaction);
  // Drops what was added, unless the run was kept with it.
  absl::Status Drop();

 private:
  sql::Database& database_;
  const std::string name_;
  const absl::Time start_;
  bool begun_ = false;
};

// Drops what attempts left that started over an hour before `now`: no call computes for as long.
absl::Status DropAbandoned(sql::Database& database, absl::Time now);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_RUN_ATTEMPT_H_
