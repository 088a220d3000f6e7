// A bounded set of connections, lent in order of asking. Internal to common/sql.

#ifndef VG_COMMON_SQL_CONNECTION_POOL_H_
#define VG_COMMON_SQL_CONNECTION_POOL_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/sql/connection.h"

namespace vg::sql {

// Thread-safe.
class ConnectionPool {
 public:
  struct Stats {
    int in_use = 0;
    int idle = 0;
    int waiting = 0;
    int64_t lost = 0;
    absl::Duration waited;
  };

  ConnectionPool(int limit, ConnectionFactory open) : limit_(limit), open_(std::move(open)) {}

  // Lends a connection; opens one while there are fewer than the limit. UNAVAILABLE after `timeout`
  // or if none can be opened. Every lent connection is given back.
  absl::StatusOr<std::unique_ptr<Connection>> Take(absl::Duration timeout);
  // One that is not usable is closed, and with it the idle ones, which have likely met the same
  // end.
  void GiveBack(std::unique_ptr<Connection> connection);

  int limit() const { return limit_; }
  Stats stats() const;

 private:
  struct Waiter {
    absl::CondVar wake;
    bool called = false;
    std::unique_ptr<Connection> connection;  // Null when called: open one.
  };

  absl::StatusOr<std::unique_ptr<Connection>> Open();
  void CallNext(std::unique_ptr<Connection> connection) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int limit_;
  const ConnectionFactory open_;
  mutable absl::Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
  int in_use_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Waiter*> waiters_ ABSL_GUARDED_BY(mutex_);
  int64_t lost_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration waited_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_CONNECTION_POOL_H_
