// Callers that go on whatever happens, and what they saw.

#ifndef VG_TESTS_FAULTS_CALLS_H_
#define VG_TESTS_FAULTS_CALLS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace vg::faults {

// What the callers of one kind saw.
struct Seen {
  int64_t answered = 0;
  std::map<std::string, int64_t> failed;  // By code and reason: "UNAVAILABLE DATABASE_UNAVAILABLE".
  std::vector<std::string> faults;        // What must never be: a wrong answer, another code.
  absl::Duration longest_silence;         // Without any answer to any caller of the kind.
  absl::Duration slowest_failure;         // From the call to its error.

  int64_t failures() const;
  std::string Text() const;
};

// Each caller is a thread that makes one call after the other until Stop(). Errors of codes that
// callers may see (UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED; with when to try again where
// the suite itself says so) are counted, and the caller goes on after a moment; any other status is
// a fault, and so is OK if `make_call` says it is wrong.
class Callers {
 public:
  // Makes one call. INTERNAL means that the answer was wrong.
  using MakeCall = std::function<absl::Status()>;

  // `make_call` is called from `threads` threads at once, each of which rests for `pause` after
  // every call.
  void Add(const std::string& kind, int threads, MakeCall make_call,
           absl::Duration pause = absl::ZeroDuration());
  // Waits until calls of every kind that began after now are answered, for a minute at most. How
  // long that took.
  absl::Duration AwaitAnswers();
  // By kind. After this Add() may be called for the next round.
  std::map<std::string, Seen> Stop();
  ~Callers() { Stop(); }

 private:
  struct Kind {
    Seen seen;
    absl::Time last_answer;
    absl::Time last_began;  // Of the calls that were answered.
  };

  void Run(const std::string& kind, const MakeCall& make_call, absl::Duration pause);

  std::atomic<bool> stop_ = false;
  absl::Mutex mutex_;
  std::map<std::string, Kind> kinds_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace vg::faults

#endif  // VG_TESTS_FAULTS_CALLS_H_
