// The cache that a process's configuration asks for.

#ifndef VG_COMMON_CACHE_MAKE_CACHE_H_
#define VG_COMMON_CACHE_MAKE_CACHE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/cache/cache.h"
#include "common/time/clock.h"

namespace vg::cache {

struct Config {
  size_t memory_bytes = 32 << 20;  // Of this process; 0: none.
  std::string redis_url;           // Shared by the replicas; empty: none. See ParseRedisUrl().
  absl::Duration near_ttl = absl::Minutes(10);  // In memory, of what is in Redis too.
};

// INVALID_ARGUMENT for a URL that cannot be read. A Redis that is not there is no error, now or
// later. `clock` must outlive the cache.
absl::StatusOr<std::unique_ptr<Cache>> MakeCache(const Config& config, const Clock& clock);

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_MAKE_CACHE_H_
