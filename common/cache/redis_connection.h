// One connection to a Redis, over hiredis.

#ifndef VG_COMMON_CACHE_REDIS_CONNECTION_H_
#define VG_COMMON_CACHE_REDIS_CONNECTION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/cache/redis_url.h"

struct redisContext;
struct redisReply;

namespace vg::cache {

// Blocking, RESP2. After any UNAVAILABLE the connection is dead and only good for destruction.
// Not thread-safe.
class RedisConnection {
 public:
  // Connects, logs in and selects the database; `timeout` bounds connecting and later each request.
  //
  // UNAVAILABLE: not reached in time. UNAUTHENTICATED: reached, and login or database refused.
  static absl::StatusOr<std::unique_ptr<RedisConnection>> Open(const RedisUrl& url,
                                                               absl::Duration timeout);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // The reply to a command; nothing for nil. A reply that is an array becomes its length in text.
  //
  // UNAVAILABLE: no answer in time, or the connection broke. RESOURCE_EXHAUSTED: Redis has no
  // memory left. UNIMPLEMENTED: it is a part of a Redis Cluster, and the key is in another or none.
  // FAILED_PRECONDITION: Redis refused otherwise (loading, read-only, no permission).
  absl::StatusOr<std::optional<std::string>> Run(const std::vector<std::string_view>& words);

  // The same of a command whose reply is a list of strings; nothing for nil.
  absl::StatusOr<std::optional<std::vector<std::string>>> List(
      const std::vector<std::string_view>& words);

  // Whether it broke; a timeout breaks it too, for the reply may still come.
  bool dead() const;
  // Whether it broke because nothing came in time, rather than by the other side's hanging up.
  bool timed_out() const { return timed_out_; }

 private:
  struct FreeReply;
  using Reply = std::unique_ptr<redisReply, FreeReply>;

  explicit RedisConnection(redisContext* context) : context_(context) {}

  // Never null, never an error.
  absl::StatusOr<Reply> Ask(const std::vector<std::string_view>& words);

  // Puts a command in the line of those that the next Receive sends.
  void Send(const std::vector<std::string_view>& words);
  // The reply to the first command that has none yet. Never null, never an error.
  absl::StatusOr<Reply> Receive();

  redisContext* const context_;
  bool timed_out_ = false;
};

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_REDIS_CONNECTION_H_
