// A real Redis of the test's own.

#ifndef VG_COMMON_TESTING_REDIS_SERVER_H_
#define VG_COMMON_TESTING_REDIS_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/testing/child_process.h"
#include "common/testing/temp_dir.h"

namespace vg {

// One private redis-server without persistence, on a Unix socket or a free TCP port of 127.0.0.1.
// It ends with the process, also when that crashes. Not thread-safe.
class RedisServer {
 public:
  struct Options {
    bool tcp = false;
    std::string password;                // Empty: none asked for.
    std::vector<std::string> arguments;  // Further ones: {"--maxmemory", "1mb"}.
  };

  // INTERNAL with the server's own words if it does not come up.
  static absl::StatusOr<std::unique_ptr<RedisServer>> Start(Options options);
  static absl::StatusOr<std::unique_ptr<RedisServer>> Start() { return Start(Options()); }
  ~RedisServer();

  // "unix:///tmp/.../redis" or "redis://127.0.0.1:4321", with ":password@" where there is one.
  std::string url() const;
  int port() const { return port_; }  // 0: Unix socket.

  // Ends it at once; connections break.
  void Kill();
  // Starts it again at the same address, empty.
  absl::Status Restart();
  // Freezes it: connections stay open and nothing answers, until Resume().
  void Pause();
  void Resume();

  // Gives it a command: {"CONFIG", "SET", "maxmemory", "1mb"}. A string or a number as it is, an
  // array as its items by line, nil as "(nil)", an error as "ERR ...".
  absl::StatusOr<std::string> Command(const std::vector<std::string>& words) const;

 private:
  explicit RedisServer(Options options);
  absl::Status Launch();

  const Options options_;
  TempDir dir_;
  int port_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace vg

#endif  // VG_COMMON_TESTING_REDIS_SERVER_H_
