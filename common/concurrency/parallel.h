// Doing many things at once with the threads that have time.

#ifndef VG_COMMON_CONCURRENCY_PARALLEL_H_
#define VG_COMMON_CONCURRENCY_PARALLEL_H_

#include <cstddef>

#include "absl/functional/function_ref.h"

#include "common/concurrency/executor.h"

namespace vg {

// Calls `work(0)` … `work(count - 1)`, each once, in whatever way: for code that does not care how
// many things are done at a time.
using ForEach = absl::FunctionRef<void(size_t count, absl::FunctionRef<void(size_t)> work)>;

// One after another.
void ForEachInTurn(size_t count, absl::FunctionRef<void(size_t)> work);

// Calls `work(0)` … `work(count - 1)`, each once, on this thread and on at most `helpers` threads
// of `executor`; returns when all have returned. Helpers that the executor has no room for, or that
// come late, are not waited for: this thread then does more, so calls within calls end, too.
void ForEachInParallel(Executor& executor, size_t helpers, size_t count,
                       absl::FunctionRef<void(size_t)> work);

}  // namespace vg

#endif  // VG_COMMON_CONCURRENCY_PARALLEL_H_
