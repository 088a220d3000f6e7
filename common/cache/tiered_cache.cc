#include "common/cache/tiered_cache.h"

#include <algorithm>

namespace vg::cache {

std::optional<std::string> TieredCache::Get(const Key& key) {
  if (std::optional<std::string> value = near_->Get(key)) return value;
  std::optional<std::string> value = far_->Get(key);
  if (value) near_->Put(key, *value, near_ttl_);
  return value;
}

void TieredCache::Put(const Key& key, std::string_view value, absl::Duration ttl) {
  near_->Put(key, value, std::min(ttl, near_ttl_));
  far_->Put(key, value, ttl);
}

Stats TieredCache::stats() const {
  const Stats near = near_->stats();
  const Stats far = far_->stats();
  return {.hits = near.hits + far.hits,
          .misses = far.misses,
          .errors = near.errors + far.errors,
          .bypasses = near.bypasses + far.bypasses,
          .entries = near.entries,
          .bytes = near.bytes,
          .broken = far.broken};
}

}  // namespace vg::cache
