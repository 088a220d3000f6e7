#include "common/cache/redis_master.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/cache/redis_connection.h"
#include "common/status/status_macros.h"

namespace vg::cache {

absl::StatusOr<RedisUrl> RedisMaster::Ask(const RedisUrl::Sentinel& sentinel) const {
  const RedisUrl there{.host = sentinel.host, .port = sentinel.port};
  ASSIGN_OR_RETURN(const std::unique_ptr<RedisConnection> connection,
                   RedisConnection::Open(there, timeout_));
  ASSIGN_OR_RETURN(const std::optional<std::vector<std::string>> address,
                   connection->List({"SENTINEL", "get-master-addr-by-name", url_.master}));
  RedisUrl master = url_;
  master.sentinels.clear();
  if (!address || address->size() != 2 || !absl::SimpleAtoi((*address)[1], &master.port)) {
    return absl::UnavailableError(
        absl::StrCat(Describe(there), " knows no master named ", url_.master));
  }
  master.host = (*address)[0];
  return master;
}

absl::StatusOr<RedisUrl> RedisMaster::Find() {
  if (url_.sentinels.empty()) return url_;
  {
    absl::MutexLock lock(&mutex_);
    if (found_) return *found_;
  }
  // Unlocked, so that a sentinel that does not answer holds up nobody else; several may ask at
  // once.
  absl::Status last;
  for (const RedisUrl::Sentinel& sentinel : url_.sentinels) {
    absl::StatusOr<RedisUrl> master = Ask(sentinel);
    if (master.ok()) {
      absl::MutexLock lock(&mutex_);
      found_ = *master;
      return master;
    }
    last = master.status();
  }
  return absl::UnavailableError(absl::StrCat("no sentinel tells the master: ", last.message()));
}

void RedisMaster::Forget() {
  absl::MutexLock lock(&mutex_);
  found_.reset();
}

}  // namespace vg::cache
