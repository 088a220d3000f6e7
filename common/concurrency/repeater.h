// Work that is done again and again beside everything else.

#ifndef VG_COMMON_CONCURRENCY_REPEATER_H_
#define VG_COMMON_CONCURRENCY_REPEATER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace vg {

// Owns a thread from Start to Stop, which are both called by one other thread.
class Repeater {
 public:
  Repeater() = default;
  ~Repeater() { Stop(); }
  Repeater(const Repeater&) = delete;
  Repeater& operator=(const Repeater&) = delete;

  // Rests for `first`, and then does `round` again and again, which says how long to rest after it.
  void Start(absl::Duration first, std::function<absl::Duration()> round);

  // Ends a rest at once and waits for the end of a round. May be called more than once, and without
  // Start().
  void Stop();

 private:
  bool StoppedWithin(absl::Duration rest);

  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace vg

#endif  // VG_COMMON_CONCURRENCY_REPEATER_H_
