// Keeps blocking work off the few threads that run every gRPC callback of the process.

#ifndef VG_COMMON_CONCURRENCY_BLOCKING_H_
#define VG_COMMON_CONCURRENCY_BLOCKING_H_

#include <string_view>

namespace vg {

// While one lives, this thread must not block. The call pipeline holds one in its callbacks.
class ForbidBlocking {
 public:
  ForbidBlocking();
  ~ForbidBlocking();
  ForbidBlocking(const ForbidBlocking&) = delete;
  ForbidBlocking& operator=(const ForbidBlocking&) = delete;
};

// Called by whatever blocks (statements, cache requests, calls to other services). Ends the process
// with `what` where blocking is forbidden, in builds without NDEBUG; costs one thread-local read.
void AssertMayBlock(std::string_view what);

}  // namespace vg

#endif  // VG_COMMON_CONCURRENCY_BLOCKING_H_
