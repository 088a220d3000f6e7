#include "common/grpc/call.h"

#include <algorithm>

#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::rpc {
namespace {

thread_local const Call* current = nullptr;

}  // namespace

bool Call::cancelled() const {
  absl::MutexLock lock(&mutex_);
  return cancelled_;
}

absl::Status Call::Alive() const {
  bool cancelled = false;
  bool draining = false;
  {
    absl::MutexLock lock(&mutex_);
    cancelled = cancelled_;
    draining = draining_;
  }
  if (deadline() <= SystemClock().Now()) {
    return Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                 "the call took longer than its deadline allows");
  }
  if (cancelled) {
    return Error(absl::StatusCode::kCancelled, "CANCELLED", "the caller is gone");
  }
  if (draining) {
    return Error(absl::StatusCode::kUnavailable, "DRAINING",
                 "the server is going away; call again and another one answers");
  }
  return absl::OkStatus();
}

absl::Status Call::Wait(absl::Duration duration) const {
  {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithDeadline(absl::Condition(
                                 +[](const Call* call) ABSL_NO_THREAD_SAFETY_ANALYSIS {
                                   return call->cancelled_ || call->draining_;
                                 },
                                 this),
                             std::min(SystemClock().Now() + duration, deadline()));
  }
  return Alive();
}

void Call::Cancel() {
  {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
  }
  stop_.request_stop();
}

void Call::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
  }
  stop_.request_stop();
}

const Call* Call::Current() { return current; }

ServingCall::ServingCall(const Call& call) : outer_(current) { current = &call; }

ServingCall::~ServingCall() { current = outer_; }

}  // namespace vg::rpc
