// Where a Redis is and how to log in.

#ifndef VG_COMMON_CACHE_REDIS_URL_H_
#define VG_COMMON_CACHE_REDIS_URL_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace vg::cache {

struct RedisUrl {
  struct Sentinel {
    std::string host;
    int port = 26379;
  };

  std::string host;  // Empty: a Unix socket, or what the sentinels say.
  int port = 6379;
  std::string socket;
  std::vector<Sentinel> sentinels;  // Any of them knows where the master is.
  std::string master;               // What they call it.
  std::string user;                 // Empty: the default user.
  std::string password;             // Empty: no login.
  int database = 0;
};

// Reads "redis://user:password@host:port/db", "unix://user:password@/path/of/socket?db=1" or
// "sentinel://user:password@host:port,host:port/master/db", where login and db are those of the
// master; all but host or path, or hosts and master, may be left out. User and password may be
// percent-encoded. IPv6 in brackets.
//
// INVALID_ARGUMENT with what is wrong; never with the password in the message.
absl::StatusOr<RedisUrl> ParseRedisUrl(std::string_view url);

// "redis://host:6379/0": for logs, without user and password.
std::string Describe(const RedisUrl& url);

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_REDIS_URL_H_
