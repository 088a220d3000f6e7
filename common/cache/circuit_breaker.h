// Stops asking what does not answer.

#ifndef VG_COMMON_CACHE_CIRCUIT_BREAKER_H_
#define VG_COMMON_CACHE_CIRCUIT_BREAKER_H_

#include <deque>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/time/clock.h"

namespace vg::cache {

// Closed: everybody may ask. After enough failures within a window it opens: nobody may. After a
// while one caller may (the probe); its success closes the breaker, its failure opens it again.
//
// Thread-safe. Every Allow() that answers true is followed by one Succeeded() or Failed().
class CircuitBreaker {
 public:
  struct Options {
    int failures = 5;
    absl::Duration window = absl::Seconds(10);
    absl::Duration rest = absl::Seconds(1);  // How long it stays open before a probe.
  };
  enum class State { kClosed, kOpen, kProbing };

  // `clock` must outlive this.
  CircuitBreaker(Options options, const Clock& clock) : options_(options), clock_(clock) {}

  bool Allow();
  // Whether this closed the breaker.
  bool Succeeded();
  // Whether this opened it (not: kept it open).
  bool Failed();

  State state() const;

 private:
  const Options options_;
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kClosed;
  absl::Time opened_ ABSL_GUARDED_BY(mutex_);
  std::deque<absl::Time> failures_ ABSL_GUARDED_BY(mutex_);  // While closed, oldest first.
};

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_CIRCUIT_BREAKER_H_
