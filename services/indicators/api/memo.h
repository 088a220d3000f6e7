// What was made before and is still right.

#ifndef VG_SERVICES_INDICATORS_API_MEMO_H_
#define VG_SERVICES_INDICATORS_API_MEMO_H_

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace vg::indicators {

// A few values by a key that names what they were made of, so that none gets stale: all of it, or
// all but what the value tells itself. The one that was asked for longest ago goes first.
// Thread-safe.
template <typename Value>
class Memo {
 public:
  explicit Memo(size_t kept) : kept_(kept) {}

  // Null if it is not there.
  std::shared_ptr<Value> Get(const std::string& key) {
    absl::MutexLock lock(&mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    found->second.used = ++clock_;
    return found->second.value;
  }
  std::shared_ptr<Value> Put(const std::string& key, std::shared_ptr<Value> value) {
    absl::MutexLock lock(&mutex_);
    return PutIn(key, std::move(value));
  }
  // An empty one if it is not there.
  std::shared_ptr<Value> GetOrMake(const std::string& key) {
    absl::MutexLock lock(&mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return PutIn(key, std::make_shared<Value>());
    found->second.used = ++clock_;
    return found->second.value;
  }

 private:
  struct Entry {
    std::shared_ptr<Value> value;
    uint64_t used = 0;
  };
  std::shared_ptr<Value> PutIn(const std::string& key, std::shared_ptr<Value> value)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (entries_.size() >= kept_ && !entries_.contains(key)) {
      auto oldest = entries_.begin();
      for (auto at = entries_.begin(); at != entries_.end(); ++at) {
        if (at->second.used < oldest->second.used) oldest = at;
      }
      entries_.erase(oldest);
    }
    entries_[key] = {value, ++clock_};
    return value;
  }

  const size_t kept_;
  absl::Mutex mutex_;
  uint64_t clock_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_MEMO_H_
