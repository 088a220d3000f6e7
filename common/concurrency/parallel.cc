#include "common/concurrency/parallel.h"

#include <algorithm>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace vg {
namespace {

// Outlives the call, for helpers that come late.
class Round {
 public:
  Round(size_t count, absl::FunctionRef<void(size_t)> work) : count_(count), work_(work) {}

  // Takes whatever nobody has taken yet.
  void Help() {
    for (;;) {
      size_t mine = 0;
      {
        absl::MutexLock lock(&mutex_);
        if (next_ == count_) return;
        mine = next_++;
      }
      // Not returned from yet, for `mine` is not done: the caller still holds what `work_` refers
      // to.
      work_(mine);
      absl::MutexLock lock(&mutex_);
      ++done_;
    }
  }

  void Await() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(
        +[](Round* round) ABSL_NO_THREAD_SAFETY_ANALYSIS { return round->done_ == round->count_; },
        this));
  }

 private:
  const size_t count_;
  const absl::FunctionRef<void(size_t)> work_;
  absl::Mutex mutex_;
  size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t done_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

void ForEachInTurn(size_t count, absl::FunctionRef<void(size_t)> work) {
  for (size_t i = 0; i < count; ++i) work(i);
}

void ForEachInParallel(Executor& executor, size_t helpers, size_t count,
                       absl::FunctionRef<void(size_t)> work) {
  const auto round = std::make_shared<Round>(count, work);
  for (size_t i = 0; i < std::min(helpers, count == 0 ? 0 : count - 1); ++i) {
    if (!executor.TrySubmit([round] { round->Help(); })) break;
  }
  round->Help();
  round->Await();
}

}  // namespace vg
