#include "common/feed/signal.h"

#include "common/time/clock.h"

namespace vg::feed {

void Signal::Notify() {
  absl::MutexLock lock(&mutex_);
  ++count_;
  changed_.SignalAll();
}

uint64_t Signal::Ticket() const {
  absl::MutexLock lock(&mutex_);
  return count_;
}

bool Signal::Wait(uint64_t ticket, absl::Duration timeout, std::stop_token stop) {
  // Made before the lock and destroyed after it, because the callback takes the lock.
  const std::stop_callback wake(stop, [this] {
    absl::MutexLock lock(&mutex_);
    changed_.SignalAll();
  });
  const absl::Time deadline = SystemClock().Now() + timeout;
  absl::MutexLock lock(&mutex_);
  while (count_ == ticket && !stop.stop_requested()) {
    if (changed_.WaitWithDeadline(&mutex_, deadline)) break;
  }
  return count_ != ticket;
}

}  // namespace vg::feed
