// Where a Redis is and how to log in.

#ifndef VG_COMMON_CACHE_REDIS_URL_H_
#define VG_COMMON_CACHE_REDIS_URL_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace vg::cache {

struct RedisUrl {
  std::string host;  // Empty: a Unix socket.
  int port = 6379;
  std::string socket;
  std::string user;      // Empty: the default user.
  std::string password;  // Empty: no login.
  int database = 0;
};

// Reads "redis://user:password@host:port/db" or "unix://user:password@/path/of/socket?db=1"; all
// but host or path may be left out. User and password may be percent-encoded. IPv6 in brackets.
//
// INVALID_ARGUMENT with what is wrong; never with the password in the message.
absl::StatusOr<RedisUrl> ParseRedisUrl(std::string_view url);

// "redis://host:6379/0": for logs, without user and password.
std::string Describe(const RedisUrl& url);

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_REDIS_URL_H_
