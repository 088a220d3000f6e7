#include "common/cache/make_cache.h"

#include <utility>

#include "common/cache/lru_cache.h"
#include "common/cache/redis_cache.h"
#include "common/cache/redis_url.h"
#include "common/cache/tiered_cache.h"
#include "common/status/status_macros.h"

namespace vg::cache {

absl::StatusOr<std::unique_ptr<Cache>> MakeCache(const Config& config, const Clock& clock) {
  std::unique_ptr<Cache> near;
  std::unique_ptr<Cache> far;
  if (config.memory_bytes > 0) near = std::make_unique<LruCache>(config.memory_bytes, clock);
  if (!config.redis_url.empty()) {
    RedisCache::Options options;
    ASSIGN_OR_RETURN(options.url, ParseRedisUrl(config.redis_url));
    far = std::make_unique<RedisCache>(std::move(options), clock);
  }
  if (near != nullptr && far != nullptr) {
    return std::make_unique<TieredCache>(std::move(near), std::move(far), config.near_ttl);
  }
  if (near != nullptr) return near;
  if (far != nullptr) return far;
  return std::make_unique<NoCache>();
}

}  // namespace vg::cache
