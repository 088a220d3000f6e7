// The two ways in which callers send responses, measured.

#ifndef VG_TESTS_BENCH_LOAD_H_
#define VG_TESTS_BENCH_LOAD_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "tests/bench/workload.h"

namespace vg::bench {

struct Measured {
  double per_second = 0;  // Responses.
  absl::Duration median;  // From sending a call or a message to its answer.
  absl::Duration p99;
  int64_t refused = 0;  // Calls, because the server was busy with others.
  absl::Duration slowest_refusal;
};

struct Callers {
  int count = 64;
  int connections = 4;
  absl::Duration duration = absl::Seconds(4);
  bool may_be_refused =
      false;  // Then a caller waits as long as it was told to; else it is an error.
};

// Each caller submits one response after the other to `address`, beginning with number `next`,
// which is moved past those that were used. The first error ends it all.
absl::StatusOr<Measured> Submit(const std::string& address, const Callers& callers,
                                std::atomic<int64_t>& next);

// Streams `messages` batches with at most `window` of them unanswered. An item that is not accepted
// is an error.
absl::StatusOr<Measured> Import(const std::string& address, const Batches& batches, int messages,
                                int window, int64_t& next);

}  // namespace vg::bench

#endif  // VG_TESTS_BENCH_LOAD_H_
