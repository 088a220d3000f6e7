// A clock that stands still until the test turns it.

#ifndef VG_COMMON_TESTING_FAKE_CLOCK_H_
#define VG_COMMON_TESTING_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/time/clock.h"

namespace vg {

// Thread-safe. Starts at 1 April 2022, 12:00 UTC, unless told otherwise.
class FakeClock final : public Clock {
 public:
  FakeClock() : FakeClock(absl::FromCivil(absl::CivilHour(2022, 4, 1, 12), absl::UTCTimeZone())) {}
  explicit FakeClock(absl::Time now) : now_(now) {}

  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    now_ += by;
  }
  void Set(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg

#endif  // VG_COMMON_TESTING_FAKE_CLOCK_H_
