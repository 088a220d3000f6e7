// Where the Redis is that may be written to.

#ifndef VG_COMMON_CACHE_REDIS_MASTER_H_
#define VG_COMMON_CACHE_REDIS_MASTER_H_

#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/cache/redis_url.h"

namespace vg::cache {

// Behind sentinels the master is whoever they say, which is remembered until it turns out to be
// wrong; otherwise it is what the URL names. Thread-safe.
class RedisMaster {
 public:
  // `timeout`: of connecting to each sentinel, and of its answer.
  RedisMaster(RedisUrl url, absl::Duration timeout) : url_(std::move(url)), timeout_(timeout) {}

  // Where to connect to, with login and database. UNAVAILABLE if no sentinel answers or knows.
  absl::StatusOr<RedisUrl> Find();

  // Asks again next time: what was found does not answer or is no master any more.
  void Forget();

 private:
  absl::StatusOr<RedisUrl> Ask(const RedisUrl::Sentinel& sentinel) const;

  const RedisUrl url_;
  const absl::Duration timeout_;
  absl::Mutex mutex_;
  std::optional<RedisUrl> found_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_REDIS_MASTER_H_
