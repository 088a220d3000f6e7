#include "common/concurrency/executor.h"

#include <pthread.h>

#include <cstdlib>
#include <utility>

#include "common/time/clock.h"

namespace vg {
namespace {

constexpr size_t kThreadNameLength = 15;  // What Linux keeps.

}  // namespace

BoundedExecutor::BoundedExecutor(Options options) : options_(std::move(options)) {
  if (options_.threads < 1 || options_.queue_depth < 0) std::abort();
}

BoundedExecutor::~BoundedExecutor() { Stop(); }

bool BoundedExecutor::TrySubmit(absl::AnyInvocable<void()> task) {
  absl::MutexLock lock(&mutex_);
  const int queued = static_cast<int>(tasks_.size());
  const int started = static_cast<int>(threads_.size());
  // Tasks that a free thread, here or yet to be started, is about to take do not count as waiting.
  const int free = waiting_ + options_.threads - started;
  if (stopped_ || queued >= options_.queue_depth + free) {
    ++rejected_;
    return false;
  }
  tasks_.push_back({std::move(task), SystemClock().Now()});
  if (queued + 1 > waiting_ && started < options_.threads) {
    ++waiting_;  // On behalf of the new thread, until it takes its first task.
    threads_.emplace_back([this] { Work(); });
  }
  return true;
}

void BoundedExecutor::Work() {
  pthread_setname_np(pthread_self(), options_.name.substr(0, kThreadNameLength).c_str());
  absl::MutexLock lock(&mutex_);
  for (;;) {
    mutex_.Await(absl::Condition(this, &BoundedExecutor::HasWork));
    if (tasks_.empty()) return;
    --waiting_;
    ++active_;
    {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      waited_ += SystemClock().Now() - task.submitted;
      mutex_.Unlock();
      task.run();
      task.run = nullptr;  // What the task holds goes before it counts as completed.
      mutex_.Lock();
    }
    --active_;
    ++completed_;
    ++waiting_;
  }
}

bool BoundedExecutor::Drain(absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithDeadline(absl::Condition(this, &BoundedExecutor::Idle), deadline);
}

void BoundedExecutor::Stop() {
  std::vector<std::thread> threads;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

ExecutorStats BoundedExecutor::stats() const {
  absl::MutexLock lock(&mutex_);
  return {.threads = options_.threads,
          .active = active_,
          .queued = static_cast<int>(tasks_.size()),
          .queue_depth = options_.queue_depth,
          .completed = completed_,
          .rejected = rejected_,
          .waited = waited_};
}

}  // namespace vg
