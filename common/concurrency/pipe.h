// Handing work from one thread to the next.

#ifndef VG_COMMON_CONCURRENCY_PIPE_H_
#define VG_COMMON_CONCURRENCY_PIPE_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace vg {

// A queue of bounded length between one thread that gives and one that takes. Thread-safe.
template <typename T>
class Pipe {
 public:
  explicit Pipe(size_t capacity) : capacity_(capacity) {}

  // Waits for room. False if the taker has left.
  bool Give(T item) {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Pipe::MayGive));
    if (left_) return false;
    items_.push_back(std::move(item));
    return true;
  }
  // Nothing more is given.
  void Close() {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }

  // Waits for something and takes all there is. Empty: nothing more comes.
  std::vector<T> TakeAll() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Pipe::MayTake));
    return std::exchange(items_, {});
  }
  // Nothing more is taken.
  void Leave() {
    absl::MutexLock lock(&mutex_);
    left_ = true;
  }

 private:
  bool MayGive() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return items_.size() < capacity_ || left_;
  }
  bool MayTake() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !items_.empty() || closed_; }

  const size_t capacity_;
  absl::Mutex mutex_;
  std::vector<T> items_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool left_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace vg

#endif  // VG_COMMON_CONCURRENCY_PIPE_H_
