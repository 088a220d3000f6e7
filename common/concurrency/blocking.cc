#include "common/concurrency/blocking.h"

#include <cstdio>
#include <cstdlib>

namespace vg {
namespace {

thread_local int forbidden = 0;

}  // namespace

ForbidBlocking::ForbidBlocking() { ++forbidden; }
ForbidBlocking::~ForbidBlocking() { --forbidden; }

void AssertMayBlock(std::string_view what) {
#ifndef NDEBUG
  if (forbidden == 0) return;
  std::fprintf(stderr, "%.*s must not run on a thread of gRPC\n", static_cast<int>(what.size()),
               what.data());
  std::abort();
#else
  (void)what;
#endif
}

}  // namespace vg
