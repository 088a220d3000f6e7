#include "common/sql/connection_pool.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::sql {

absl::StatusOr<std::unique_ptr<Connection>> ConnectionPool::Take(absl::Duration timeout) {
  {
    absl::MutexLock lock(&mutex_);
    if (waiters_.empty() && !idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      ++in_use_;
      return connection;
    }
    if (waiters_.empty() && in_use_ < limit_) {
      ++in_use_;
    } else {
      Waiter waiter;
      waiters_.push_back(&waiter);
      const absl::Time start = SystemClock().Now();
      while (!waiter.called && !waiter.wake.WaitWithDeadline(&mutex_, start + timeout)) {
      }
      waited_ += SystemClock().Now() - start;
      if (!waiter.called) {
        waiters_.erase(std::find(waiters_.begin(), waiters_.end(), &waiter));
        return Error(absl::StatusCode::kUnavailable, kDatabaseUnavailable,
                     absl::StrCat("none of ", limit_, " database connections became free in ",
                                  absl::FormatDuration(timeout), "; the call may be repeated"));
      }
      if (waiter.connection != nullptr) return std::move(waiter.connection);
    }
  }
  return Open();
}

// The caller counts as a user already.
absl::StatusOr<std::unique_ptr<Connection>> ConnectionPool::Open() {
  absl::StatusOr<std::unique_ptr<Connection>> connection = open_();
  if (!connection.ok()) {
    absl::MutexLock lock(&mutex_);
    --in_use_;
    CallNext(nullptr);
  }
  return connection;
}

void ConnectionPool::GiveBack(std::unique_ptr<Connection> connection) {
  std::vector<std::unique_ptr<Connection>> closed;  // Without the lock.
  absl::MutexLock lock(&mutex_);
  --in_use_;
  if (!connection->usable()) {
    ++lost_;
    closed = std::move(idle_);
    idle_.clear();
    closed.push_back(std::move(connection));
  }
  CallNext(std::move(connection));
}

void ConnectionPool::CallNext(std::unique_ptr<Connection> connection) {
  if (waiters_.empty()) {
    if (connection != nullptr) idle_.push_back(std::move(connection));
    return;
  }
  Waiter* const next = waiters_.front();
  waiters_.pop_front();
  ++in_use_;
  next->connection = std::move(connection);
  next->called = true;
  next->wake.Signal();
}

ConnectionPool::Stats ConnectionPool::stats() const {
  absl::MutexLock lock(&mutex_);
  return {.in_use = in_use_,
          .idle = static_cast<int>(idle_.size()),
          .waiting = static_cast<int>(waiters_.size()),
          .lost = lost_,
          .waited = waited_};
}

}  // namespace vg::sql
