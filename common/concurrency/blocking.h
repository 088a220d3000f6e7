// Keeps blocking work off the few threads that run every gRPC callback of the process.

#ifndef VG_COMMON_CONCURRENCY_BLOCKING_H_
#define VG_COMMON_CONCURRENCY_BLOCKING_H_

#include <string_view>

namespace vg {

// Called by whatever blocks (transactions, cache requests, calls to other services). In builds
// without NDEBUG it ends the process with `what` on a thread of gRPC's own, which is told by its
// name; the name is looked at once per thread.
void AssertMayBlock(std::string_view what);

}  // namespace vg

#endif  // VG_COMMON_CONCURRENCY_BLOCKING_H_
