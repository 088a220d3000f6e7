#include "common/cache/circuit_breaker.h"

namespace vg::cache {

bool CircuitBreaker::Allow() {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  if (state_ == State::kClosed) return true;
  // Also a probe that never came back gives way to another after a rest. A clock that was set back
  // must not keep it open.
  if (now >= opened_ && now - opened_ < options_.rest) return false;
  state_ = State::kProbing;
  opened_ = now;
  return true;
}

bool CircuitBreaker::Succeeded() {
  absl::MutexLock lock(&mutex_);
  // A success in the open state comes from a request that began before the failures: no proof.
  if (state_ == State::kOpen) return false;
  const bool closed = state_ == State::kProbing;
  state_ = State::kClosed;
  if (closed) failures_.clear();
  return closed;
}

bool CircuitBreaker::Failed() {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  if (state_ != State::kClosed) {
    if (state_ == State::kProbing) opened_ = now;
    state_ = State::kOpen;
    return false;
  }
  failures_.push_back(now);
  while (now - failures_.front() > options_.window) failures_.pop_front();
  if (static_cast<int>(failures_.size()) < options_.failures) return false;
  failures_.clear();
  state_ = State::kOpen;
  opened_ = now;
  return true;
}

CircuitBreaker::State CircuitBreaker::state() const {
  absl::MutexLock lock(&mutex_);
  return state_;
}

}  // namespace vg::cache
