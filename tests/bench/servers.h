// The processes that the benches measure.

#ifndef VG_TESTS_BENCH_SERVERS_H_
#define VG_TESTS_BENCH_SERVERS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/testing/child_process.h"

namespace vg::bench {

// Serves SubmitResponse on `address` by sending back what came, with gRPC and nothing else, until
// the process is killed. Returns only if it cannot listen.
int ServeEcho(const std::string& address);

// The same by a server that first has one thread of its own insert what came, as it came, into a
// PlainTable of the file `path`, calls that wait for it together: durable intake without any check.
int ServeKeeper(const std::string& address, const std::string& path);

// A server of its own, which ends with this object.
class ServerProcess {
 public:
  // Runs `command` with `flag` and a free address added; returns once it answers. What it prints
  // goes to `log`.
  static absl::StatusOr<ServerProcess> Start(std::vector<std::string> command,
                                             const std::string& flag, const std::string& log);

  const std::string& address() const { return address_; }
  int64_t ResidentBytes() const;
  // What it has spent on processors since it began.
  absl::Duration CpuTime() const;

 private:
  ServerProcess(std::unique_ptr<ChildProcess> process, std::string address)
      : process_(std::move(process)), address_(std::move(address)) {}

  std::unique_ptr<ChildProcess> process_;
  std::string address_;
};

// The real survey on the database `database_url`, with the wave of the workload open.
absl::StatusOr<ServerProcess> StartSurvey(const std::string& database_url, const std::string& log);

}  // namespace vg::bench

#endif  // VG_TESTS_BENCH_SERVERS_H_
