// Threads for work that may block: SQL, files, calls to other services.

#ifndef VG_COMMON_CONCURRENCY_EXECUTOR_H_
#define VG_COMMON_CONCURRENCY_EXECUTOR_H_

#include <cstdint>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace vg {

// Runs tasks, now or later. Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;

  // Takes `task` to run it once, or answers false at once and forgets it: the executor is full or
  // stopped. A task that was taken is run, also when the executor is being destroyed.
  virtual bool TrySubmit(absl::AnyInvocable<void()> task) = 0;
};

struct ExecutorStats {
  int threads = 0;  // The most there may be.
  int active = 0;   // Tasks that run now.
  int queued = 0;   // Tasks that wait now.
  int queue_depth = 0;
  int64_t completed = 0;
  int64_t rejected = 0;
  absl::Duration waited;  // Sum over all tasks of the time between submission and start.
};

// A fixed number of threads behind a queue of bounded length: what does not fit is refused, so that
// overload shows at the door and not as memory and latency. Threads start with the first tasks that
// need them. Thread-safe.
class BoundedExecutor final : public Executor {
 public:
  struct Options {
    std::string name;  // Names the threads (as far as 15 characters reach) and the metrics.
    int threads = 4;
    int queue_depth = 64;  // Tasks that wait while every thread is busy.
  };

  explicit BoundedExecutor(Options options);
  ~BoundedExecutor() override;  // Stop().
  BoundedExecutor(const BoundedExecutor&) = delete;
  BoundedExecutor& operator=(const BoundedExecutor&) = delete;

  bool TrySubmit(absl::AnyInvocable<void()> task) override;

  // Waits until nothing is queued or running, at most until `deadline`; whether that came about.
  bool Drain(absl::Time deadline);

  // Refuses new tasks, runs those that wait, ends the threads. Not to be called from a task.
  void Stop();

  ExecutorStats stats() const;
  const std::string& name() const { return options_.name; }

 private:
  struct Task {
    absl::AnyInvocable<void()> run;
    absl::Time submitted;
  };

  void Work();
  bool Idle() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return tasks_.empty() && active_ == 0; }
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !tasks_.empty() || stopped_; }

  const Options options_;
  mutable absl::Mutex mutex_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;  // Threads that have nothing to do.
  int active_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t completed_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t rejected_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration waited_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace vg

#endif  // VG_COMMON_CONCURRENCY_EXECUTOR_H_
