// The cache that all replicas of a service share.

#ifndef VG_COMMON_CACHE_REDIS_CACHE_H_
#define VG_COMMON_CACHE_REDIS_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/cache/cache.h"
#include "common/cache/circuit_breaker.h"
#include "common/cache/redis_connection.h"
#include "common/cache/redis_master.h"
#include "common/cache/redis_url.h"

namespace vg::cache {

// A Redis behind a pool of connections and a circuit breaker. It need not be there, not even at the
// start: then every Get() is a miss, at first after a timeout, at once when the breaker has opened.
// A value carries a checksum over itself and its key, so that a damaged or foreign one is a miss
// too.
//
// Behind sentinels it follows the master: when one no longer answers or may no longer be written
// to, the sentinels are asked who is. Meanwhile everything is a miss.
//
// A Redis Cluster is not supported: once a part of one has answered, everything is a miss, and
// stats().broken, for as long as this lives.
//
// Thread-safe. Blocks for the timeout at most (for twice it, and the resolver of host names, where
// a connection is opened, and as much again for each sentinel asked): not for gRPC's callback
// threads.
class RedisCache final : public Cache {
 public:
  struct Options {
    RedisUrl url;
    absl::Duration timeout = absl::Milliseconds(100);
    int max_connections = 16;  // Who finds all of them taken goes without.
    size_t max_value_bytes = 1 << 20;
    CircuitBreaker::Options breaker;
  };

  // `clock` must outlive this.
  RedisCache(Options options, const Clock& clock);
  ~RedisCache() override;

  std::optional<std::string> Get(const Key& key) override;
  void Put(const Key& key, std::string_view value, absl::Duration ttl) override;
  Stats stats() const override;

 private:
  struct Lease {
    std::unique_ptr<RedisConnection> connection;
    bool fresh = false;  // Opened for this request, so its failure tells of now.
  };

  // The reply, or nothing where Redis was not asked or did not answer well; counts which.
  std::optional<std::optional<std::string>> Ask(const std::vector<std::string_view>& words);
  absl::StatusOr<std::optional<std::string>> AskOnce(const std::vector<std::string_view>& words);
  bool Reserve();
  absl::StatusOr<Lease> Take();
  absl::StatusOr<std::unique_ptr<RedisConnection>> Connect();
  void GiveBack(std::unique_ptr<RedisConnection> connection);
  void CloseIdle();

  const Options options_;
  RedisMaster master_;
  CircuitBreaker breaker_;
  mutable absl::Mutex mutex_;
  std::vector<std::unique_ptr<RedisConnection>> idle_ ABSL_GUARDED_BY(mutex_);
  int in_use_ ABSL_GUARDED_BY(mutex_) = 0;
  std::atomic<bool> clustered_ = false;
  std::atomic<int64_t> hits_ = 0;
  std::atomic<int64_t> misses_ = 0;
  std::atomic<int64_t> errors_ = 0;
  std::atomic<int64_t> bypasses_ = 0;
};

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_REDIS_CACHE_H_
