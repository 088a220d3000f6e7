// A program that a test starts, and that never outlives it.

#ifndef VG_COMMON_TESTING_CHILD_PROCESS_H_
#define VG_COMMON_TESTING_CHILD_PROCESS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include <sys/types.h>

namespace vg {

// A child process. The kernel ends it when this process ends, however that happens (some kernels:
// when the thread that started it does). Destruction kills it (SIGKILL).
//
// Not thread-safe.
class ChildProcess {
 public:
  struct Options {
    std::string output;  // A file for stdout and stderr, appended; empty: discarded.
    std::vector<std::string> environment;  // "NAME=value", added to this process's.
    std::string user;                      // Whom to run as, where we are root; empty: as we are.
    int death_signal = 9;                  // What it gets when we die.
  };

  // Runs `command`; its first word is a path, or a name looked up in PATH. INTERNAL if it cannot be
  // forked; a program that is not there exits with 127.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(std::vector<std::string> command,
                                                             Options options);
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(std::vector<std::string> command) {
    return Start(std::move(command), Options());
  }
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal);
  bool Running();
  // Waits for its end: the exit code, or 128 + the signal that ended it.
  int Wait();
  // Likewise, but kills it after `timeout` (137 then).
  int Wait(absl::Duration timeout);

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  const pid_t pid_;
  bool ended_ = false;
  int code_ = -1;
};

// Runs `command` to its end; its exit code.
absl::StatusOr<int> RunProgram(std::vector<std::string> command, ChildProcess::Options options);

}  // namespace vg

#endif  // VG_COMMON_TESTING_CHILD_PROCESS_H_
