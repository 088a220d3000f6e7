// Wakes tailers of this process as soon as something was committed.

#ifndef VG_COMMON_FEED_SIGNAL_H_
#define VG_COMMON_FEED_SIGNAL_H_

#include <cstdint>
#include <stop_token>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace vg::feed {

// A writer notifies after its commit. It only saves time: writers in other processes are not heard,
// so whoever waits gives a timeout and looks again. Thread-safe.
class Signal {
 public:
  void Notify();

  // Take it before reading the feed; Wait then returns at once if anything was notified since.
  uint64_t Ticket() const;

  // Blocks until a Notify after `ticket`, a stop, or `timeout`. True: notified.
  bool Wait(uint64_t ticket, absl::Duration timeout, std::stop_token stop = {});

 private:
  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  uint64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace vg::feed

#endif  // VG_COMMON_FEED_SIGNAL_H_
