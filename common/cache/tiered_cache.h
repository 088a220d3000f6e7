// A near cache before a far one.

#ifndef VG_COMMON_CACHE_TIERED_CACHE_H_
#define VG_COMMON_CACHE_TIERED_CACHE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/cache/cache.h"

namespace vg::cache {

// Asks `near` and then `far`; what `far` had is kept in `near` for `near_ttl` at most. A key names
// a value for ever, so the two cannot contradict each other. Thread-safe.
class TieredCache final : public Cache {
 public:
  TieredCache(std::unique_ptr<Cache> near, std::unique_ptr<Cache> far, absl::Duration near_ttl)
      : near_(std::move(near)), far_(std::move(far)), near_ttl_(near_ttl) {}

  std::optional<std::string> Get(const Key& key) override;
  void Put(const Key& key, std::string_view value, absl::Duration ttl) override;
  // A miss is a miss of both.
  Stats stats() const override;

 private:
  const std::unique_ptr<Cache> near_;
  const std::unique_ptr<Cache> far_;
  const absl::Duration near_ttl_;
};

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_TIERED_CACHE_H_
