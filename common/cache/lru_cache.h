// The cache inside this process.

#ifndef VG_COMMON_CACHE_LRU_CACHE_H_
#define VG_COMMON_CACHE_LRU_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/cache/cache.h"

namespace vg::cache {

// Bounded by bytes; what was used longest ago goes first. Thread-safe; one lock, held for moments.
class LruCache final : public Cache {
 public:
  // `max_bytes` bounds keys, values and what an entry itself needs. A value over an eighth of that
  // is not kept: it would push out too much. `clock` must outlive this.
  LruCache(size_t max_bytes, const Clock& clock) : max_bytes_(max_bytes), clock_(clock) {}

  std::optional<std::string> Get(const Key& key) override;
  void Put(const Key& key, std::string_view value, absl::Duration ttl) override;
  Stats stats() const override;

 private:
  struct Entry {
    std::string key;
    std::string value;
    absl::Time expires;
  };
  using Entries = std::list<Entry>;  // Most recently used first.

  static size_t Size(const Entry& entry);
  void Erase(Entries::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t max_bytes_;
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  // The keys are those of the entries, not copies.
  std::unordered_map<std::string_view, Entries::iterator> index_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t hits_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t misses_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t bypasses_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_LRU_CACHE_H_
