// One seam over SQLite (embedded, the default) and PostgreSQL.
//
// PostgreSQL is spoken to through libpq directly, not libpqxx: errors arrive as values with their
// SQLSTATE at hand, nothing throws, and COPY, prepared statements and single-row mode are each one
// call away. Driver codes become absl::Status in this folder and nowhere else.

#ifndef VG_COMMON_SQL_DATABASE_H_
#define VG_COMMON_SQL_DATABASE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"

namespace vg::sql {

// kSerializable: for work that reads before it writes and decides on what it read.
// kReadCommitted: for appends whose order is kept by a locked row (the feed's head) or a key.
// SQLite has one writer at a time, so both are serializable there.
enum class Isolation { kSerializable, kReadCommitted };

// One finished transaction, for metrics.
struct TransactionEvent {
  bool write = false;
  absl::Duration wait;      // For a connection.
  absl::Duration duration;  // All attempts together, without `wait`.
  int attempts = 1;
  absl::StatusCode code = absl::StatusCode::kOk;
};

struct DatabaseOptions {
  // Connections opened at most, as needed. SQLite: one writes, the others read.
  int max_connections = 4;
  // How long a caller waits for a connection: UNAVAILABLE after that.
  absl::Duration acquire_timeout = absl::Seconds(30);
  // How long a statement waits for locks of others: another process on SQLite, rows on PostgreSQL.
  absl::Duration lock_timeout = absl::Seconds(30);
  // PostgreSQL only: a statement that takes longer is cancelled.
  absl::Duration statement_timeout = absl::Minutes(10);
  // How often work that lost a race or its connection is run in all.
  int max_attempts = 12;
  // SQLite's page cache per connection that reads. Small, because six databases share one process.
  int sqlite_cache_kib = 1024;
  // Of the one that writes: holds what a large transaction touches. Taken as it is needed.
  int sqlite_writer_cache_kib = 8192;
  // Called after each transaction, on its thread. Must be thread-safe.
  std::function<void(const TransactionEvent&)> on_transaction = [](const TransactionEvent&) {};
  // Waits between attempts. Tests replace it.
  std::function<void(absl::Duration)> sleep = [](absl::Duration wait) { absl::SleepFor(wait); };
};

// What the pool does at this moment, and has done since Open.
struct PoolStats {
  int limit = 0;
  int in_use = 0;
  int idle = 0;
  int waiting = 0;
  int64_t reads = 0;
  int64_t writes = 0;
  int64_t retries = 0;           // Attempts beyond the first.
  int64_t connections_lost = 0;  // Closed because they broke.
  absl::Duration waited;         // All callers together.
};

class ConnectionPool;

// A database and its pool of connections. Thread-safe; calls block, so they belong on executor
// threads. Outlives every transaction.
class Database {
 public:
  // Work inside one transaction. It may be run again from the start when it loses a race, so it
  // must be repeatable: everything it leaves outside the transaction (captured results) is assigned
  // anew by each run, and it does nothing else to the outside world. It must not open another
  // transaction on the same Database.
  using Work = absl::FunctionRef<absl::Status(Transaction&)>;

  // "sqlite:/folder/file.db" (made if absent; the folder must exist),
  // "sqlite::memory:" (its own, gone with this object; all its connections see the same rows),
  // "sqlite::memory:NAME" (shared by all open handles of this process with that name),
  // "postgresql://user:password@host:port/database?sslmode=…" (anything libpq accepts).
  // INVALID_ARGUMENT for another form, UNAVAILABLE when PostgreSQL does not answer.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& url,
                                                        DatabaseOptions options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs `work` on one consistent snapshot (REPEATABLE READ READ ONLY on PostgreSQL; a deferred
  // transaction on SQLite). Never waits for writers, except in "sqlite::memory:".
  absl::Status Read(Work work);

  // Runs `work` and commits if it returns OK; otherwise nothing is changed and its error is
  // returned as it is. OK means: on disk. UNAVAILABLE means that the call may be repeated; if the
  // connection broke during COMMIT the outcome is not known, so repeats carry a request id
  // (common/requests). Lost races are run again here, a bounded number of times; work that answers
  // the failure of a statement with ABORTED says that it lost one.
  absl::Status Write(Work work, Isolation isolation = Isolation::kSerializable);

  // OK if the database answers a query now: for health.
  absl::Status Check();

  Engine engine() const { return engine_; }
  // For logs and metric labels, without secrets: the file's stem, ":memory:", or host/database.
  const std::string& name() const { return name_; }
  PoolStats Stats() const;

 private:
  Database(std::string name, Engine engine, DatabaseOptions options,
           std::unique_ptr<ConnectionPool> readers, std::unique_ptr<ConnectionPool> writers);
  absl::Status Run(Work work, bool write, Isolation isolation);
  // One pool serves both on PostgreSQL; SQLite's single writer waits in a line of its own.
  ConnectionPool& PoolFor(bool write);

  const std::string name_;
  const Engine engine_;
  const DatabaseOptions options_;
  const std::unique_ptr<ConnectionPool> readers_;
  const std::unique_ptr<ConnectionPool> writers_;  // Null on PostgreSQL.
  std::atomic<int64_t> reads_ = 0;
  std::atomic<int64_t> writes_ = 0;
  std::atomic<int64_t> retries_ = 0;
};

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_DATABASE_H_
