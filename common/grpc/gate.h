// Waiting for what gRPC does.

#ifndef VG_COMMON_GRPC_GATE_H_
#define VG_COMMON_GRPC_GATE_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace vg::rpc {

// One operation at a time that gRPC completes on a thread of its own. Thread-safe.
class Gate {
 public:
  void Began();
  void Ended(bool ok);
  // Waits until nothing is under way; whether the last operation succeeded (true before the first).
  bool Await();
  // The same, but gives up after `limit`: whether nothing is under way.
  bool AwaitFor(absl::Duration limit);
  // From now on nobody waits; Await tells of a failure.
  void Abandon();
  bool abandoned() const;

 private:
  bool Idle() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !pending_ || abandoned_; }

  mutable absl::Mutex mutex_;
  bool pending_ ABSL_GUARDED_BY(mutex_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
  bool ok_ ABSL_GUARDED_BY(mutex_) = true;
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_GATE_H_
