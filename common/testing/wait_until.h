// For what happens soon, on another thread or in another process, and does not tell; and for
// meeting it halfway.

#ifndef VG_COMMON_TESTING_WAIT_UNTIL_H_
#define VG_COMMON_TESTING_WAIT_UNTIL_H_

#include "absl/functional/function_ref.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/time/stopwatch.h"

namespace vg {

// Looks every millisecond until `condition` holds, `most` at most; whether it came to hold.
inline bool WaitUntil(absl::FunctionRef<bool()> condition,
                      absl::Duration most = absl::Seconds(30)) {
  const Stopwatch stopwatch;
  while (!condition()) {
    if (stopwatch.Elapsed() > most) return false;
    absl::SleepFor(absl::Milliseconds(1));
  }
  return true;
}

// Lets time pass, so that a kill or a cancellation meets what is under way at another moment. What
// is expected then must hold for every moment: this is no way to wait for anything.
inline void LetPass(absl::Duration time) { absl::SleepFor(time); }

}  // namespace vg

#endif  // VG_COMMON_TESTING_WAIT_UNTIL_H_
