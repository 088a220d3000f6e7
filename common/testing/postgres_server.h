// A real PostgreSQL of the test's own.

#ifndef VG_COMMON_TESTING_POSTGRES_SERVER_H_
#define VG_COMMON_TESTING_POSTGRES_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/testing/child_process.h"
#include "common/testing/temp_dir.h"

namespace vg {

// One private PostgreSQL cluster in a temporary folder, reached over a Unix socket; up in under a
// second. It ends with the process, also when that crashes. Runs as user `postgres` where we are
// root, for PostgreSQL refuses root.
//
// NewDatabase() and url() are thread-safe, the rest is not.
class PostgresServer {
 public:
  struct Options {
    // fsync on: what was acknowledged survives a power cut. Off is faster and survives Kill() too.
    bool durable = false;
  };

  // INTERNAL with the server's own words if it does not come up.
  static absl::StatusOr<std::unique_ptr<PostgresServer>> Start(Options options);
  static absl::StatusOr<std::unique_ptr<PostgresServer>> Start() { return Start(Options()); }

  // The one that all tests of this process share, started by the first call. Ends the process if it
  // cannot be started.
  static PostgresServer& Shared();

  ~PostgresServer();

  // A new, empty database; its URL ("postgresql://postgres@/t1?host=...&port=5432").
  std::string NewDatabase();
  // The URL of a database by its name.
  std::string url(const std::string& database) const;

  // Ends it at once, as a crash would: what was not committed is lost, connections break.
  void Kill();
  // Stops it and breaks every connection, leaving nothing to recover.
  void Stop();
  // Starts it again on the same data and address.
  absl::Status Restart();
  // Freezes it: connections stay open and nothing answers, until Resume().
  void Pause();
  void Resume();

 private:
  PostgresServer(Options options, std::string bin);
  absl::Status Launch();
  std::string LogTail() const;

  const Options options_;
  const std::string bin_;  // The folder of PostgreSQL's programs.
  TempDir dir_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace vg

#endif  // VG_COMMON_TESTING_POSTGRES_SERVER_H_
