#include "common/concurrency/blocking.h"

#include <pthread.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace vg {
namespace {

// As gRPC 1.51 names the threads that run callbacks, cut by Linux to 15 characters.
constexpr const char* kGrpcThreads[] = {"nexting_thread", "default-executo", "event_engine"};

[[maybe_unused]] bool IsThreadOfGrpc() {
  char name[16] = {};
  if (pthread_getname_np(pthread_self(), name, sizeof(name)) != 0) return false;
  for (const char* own : kGrpcThreads) {
    if (std::strcmp(name, own) == 0) return true;
  }
  return false;
}

}  // namespace

void AssertMayBlock([[maybe_unused]] std::string_view what) {
#ifndef NDEBUG
  thread_local const bool forbidden = IsThreadOfGrpc();
  if (!forbidden) return;
  std::fprintf(stderr, "%.*s must not run on a thread of gRPC\n", static_cast<int>(what.size()),
               what.data());
  std::abort();
#endif
}

}  // namespace vg
