// How long something takes, whatever happens to the clock on the wall.

#ifndef VG_COMMON_TIME_STOPWATCH_H_
#define VG_COMMON_TIME_STOPWATCH_H_

#include <chrono>

#include "absl/time/time.h"

namespace vg {

// Runs from construction, on the steady clock. For measuring and for timeouts; a moment that is
// stored or compared comes from a Clock.
class Stopwatch {
 public:
  absl::Duration Elapsed() const {
    return absl::FromChrono(std::chrono::steady_clock::now() - start_);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace vg

#endif  // VG_COMMON_TIME_STOPWATCH_H_
