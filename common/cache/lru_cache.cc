#include "common/cache/lru_cache.h"

#include <utility>

namespace vg::cache {
namespace {

constexpr size_t kEntryOverhead = 192;    // List node, index node, two string headers.
constexpr size_t kLargestShareOfAll = 8;  // One value gets an eighth at most.

}  // namespace

size_t LruCache::Size(const Entry& entry) {
  return entry.key.capacity() + entry.value.capacity() + kEntryOverhead;
}

void LruCache::Erase(Entries::iterator entry) {
  bytes_ -= Size(*entry);
  index_.erase(entry->key);
  entries_.erase(entry);
}

std::optional<std::string> LruCache::Get(const Key& key) {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  const auto found = index_.find(key.text());
  if (found == index_.end()) {
    ++misses_;
    return std::nullopt;
  }
  const Entries::iterator entry = found->second;
  if (entry->expires <= now) {
    Erase(entry);
    ++misses_;
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  ++hits_;
  return entry->value;
}

void LruCache::Put(const Key& key, std::string_view value, absl::Duration ttl) {
  Entry entry{key.text(), std::string(value), clock_.Now() + ttl};
  const size_t size = Size(entry);
  absl::MutexLock lock(&mutex_);
  if (size > max_bytes_ / kLargestShareOfAll) {
    ++bypasses_;
    return;
  }
  if (const auto found = index_.find(key.text()); found != index_.end()) Erase(found->second);
  while (bytes_ + size > max_bytes_) Erase(std::prev(entries_.end()));
  entries_.push_front(std::move(entry));
  index_.emplace(entries_.front().key, entries_.begin());
  bytes_ += Size(entries_.front());
}

Stats LruCache::stats() const {
  absl::MutexLock lock(&mutex_);
  return {.hits = hits_,
          .misses = misses_,
          .bypasses = bypasses_,
          .entries = static_cast<int64_t>(entries_.size()),
          .bytes = static_cast<int64_t>(bytes_)};
}

}  // namespace vg::cache
