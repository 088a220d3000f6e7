#include "common/grpc/gate.h"

namespace vg::rpc {

void Gate::Began() {
  absl::MutexLock lock(&mutex_);
  pending_ = true;
}

void Gate::Ended(bool ok) {
  absl::MutexLock lock(&mutex_);
  pending_ = false;
  ok_ = ok;
}

bool Gate::Await() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &Gate::Idle));
  return ok_ && !abandoned_;
}

void Gate::Abandon() {
  absl::MutexLock lock(&mutex_);
  abandoned_ = true;
}

bool Gate::abandoned() const {
  absl::MutexLock lock(&mutex_);
  return abandoned_;
}

bool Gate::AwaitFor(absl::Duration limit) {
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(this, &Gate::Idle), limit);
}

}  // namespace vg::rpc
