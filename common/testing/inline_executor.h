// Executors for tests: one that runs at once, one that is full.

#ifndef VG_COMMON_TESTING_INLINE_EXECUTOR_H_
#define VG_COMMON_TESTING_INLINE_EXECUTOR_H_

#include <utility>

#include "absl/functional/any_invocable.h"

#include "common/concurrency/executor.h"

namespace vg {

// Runs each task before TrySubmit() returns.
class InlineExecutor final : public Executor {
 public:
  bool TrySubmit(absl::AnyInvocable<void()> task) override {
    std::move(task)();
    return true;
  }
};

// Takes nothing.
class FullExecutor final : public Executor {
 public:
  bool TrySubmit(absl::AnyInvocable<void()>) override { return false; }
};

}  // namespace vg

#endif  // VG_COMMON_TESTING_INLINE_EXECUTOR_H_
