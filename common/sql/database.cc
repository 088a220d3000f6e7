#include "common/sql/database.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <random>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/concurrency/blocking.h"
#include "common/sql/connection_pool.h"
#include "common/sql/postgres_connection.h"
#include "common/sql/sqlite_connection.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::sql {
namespace {

constexpr std::string_view kMemory = "sqlite::memory:";
constexpr std::string_view kSqlite = "sqlite:";

// Lends a connection for one attempt and makes sure that nothing stays open on it.
class Lease {
 public:
  Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
      : pool_(pool), connection_(std::move(connection)) {}
  ~Lease() {
    connection_->Rollback();
    pool_.GiveBack(std::move(connection_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Connection& connection() { return *connection_; }

 private:
  ConnectionPool& pool_;
  std::unique_ptr<Connection> connection_;
};

// Full jitter: racers that met once do not meet again in step.
absl::Duration Backoff(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const absl::Duration most =
      std::min(absl::Milliseconds(4) * (1 << std::min(attempt, 10)), absl::Milliseconds(500));
  return most * std::uniform_real_distribution<double>(0, 1)(random);
}

struct Outcome {
  absl::Status status;
  bool again = false;  // Nothing was changed, and another attempt may succeed.
};

Outcome Attempt(Connection& connection, Database::Work work, bool write, Isolation isolation) {
  if (absl::Status begun = connection.Begin(write, isolation); !begun.ok()) {
    return {begun, !connection.usable() || absl::IsAborted(begun)};
  }
  Transaction transaction(connection);
  absl::Status status = work(transaction);
  const absl::Status& failure = transaction.failure();
  if (!failure.ok()) {
    // Also when the work knows that the statement failed because it lost a race.
    if (absl::IsAborted(status)) return {status, true};
    if (absl::IsAborted(failure) || !connection.usable()) return {failure, true};
    return {status.ok() ? failure : status, false};
  }
  if (!status.ok()) return {status, false};
  if (!write) return {absl::OkStatus(), false};
  status = connection.Commit();
  if (status.ok() || absl::IsAborted(status)) return {status, !status.ok()};
  if (connection.usable()) return {status, false};
  return {Error(absl::StatusCode::kUnavailable, kDatabaseUnavailable,
                "the connection broke during COMMIT, so it is not known whether the change was "
                "kept; repeat the call with the same request id"),
          false};
}

absl::Status Exhausted(const absl::Status& last, int attempts) {
  if (!absl::IsAborted(last)) return last;
  return Error(
      absl::StatusCode::kUnavailable, kDatabaseConflict,
      absl::StrCat("others changed the same rows ", attempts,
                   " times in a row; the call may be repeated: ", std::string(last.message())));
}

std::string NextMemoryName() {
  static std::atomic<int64_t> count = 0;
  return absl::StrCat("own-", ++count);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& url,
                                                         DatabaseOptions options) {
  const std::string_view view = url;
  if (options.max_connections < 1 || options.max_attempts < 1) {
    return absl::InvalidArgumentError("max_connections and max_attempts must be at least 1");
  }
  std::unique_ptr<ConnectionPool> readers;
  std::unique_ptr<ConnectionPool> writers;
  std::string name;
  Engine engine = Engine::kSqlite;
  if (view.starts_with("postgresql://") || view.starts_with("postgres://")) {
    engine = Engine::kPostgres;
    ASSIGN_OR_RETURN(name, PostgresName(url));
    readers = std::make_unique<ConnectionPool>(
        options.max_connections, [url, options] { return OpenPostgres(url, options); });
  } else if (view.starts_with(kSqlite) && view.size() > kSqlite.size()) {
    SqliteTarget target;
    if (view.starts_with(kMemory)) {
      const std::string memory(view.substr(kMemory.size()));
      name = ":memory:";
      target.memory = true;
      target.file = absl::StrCat("file:/", memory.empty() ? NextMemoryName() : "named-" + memory,
                                 "?vfs=memdb");
    } else {
      target.file = std::string(view.substr(kSqlite.size()));
      name = std::filesystem::path(target.file).stem().string();
    }
    readers =
        std::make_unique<ConnectionPool>(std::max(1, options.max_connections - 1),
                                         [target, options] { return OpenSqlite(target, options); });
    target.writer = true;
    writers = std::make_unique<ConnectionPool>(
        1, [target, options] { return OpenSqlite(target, options); });
  } else {
    return absl::InvalidArgumentError(
        "a database url is sqlite:/folder/file.db, sqlite::memory: or "
        "postgresql://user@host:5432/database");
  }
  // Private constructor, hence no make_unique.
  std::unique_ptr<Database> database(
      new Database(name, engine, std::move(options), std::move(readers), std::move(writers)));
  // Opens the connection that writes: an in-memory database lives as long as it does.
  ConnectionPool& pool = database->PoolFor(true);
  absl::StatusOr<std::unique_ptr<Connection>> first = pool.Take(absl::ZeroDuration());
  if (!first.ok()) return Annotate(first.status(), name);
  pool.GiveBack(*std::move(first));
  return database;
}

Database::Database(std::string name, Engine engine, DatabaseOptions options,
                   std::unique_ptr<ConnectionPool> readers, std::unique_ptr<ConnectionPool> writers)
    : name_(std::move(name)),
      engine_(engine),
      options_(std::move(options)),
      readers_(std::move(readers)),
      writers_(std::move(writers)) {}

Database::~Database() = default;

ConnectionPool& Database::PoolFor(bool write) {
  return write && writers_ != nullptr ? *writers_ : *readers_;
}

absl::Status Database::Read(Work work) { return Run(work, false, Isolation::kSerializable); }

absl::Status Database::Write(Work work, Isolation isolation) { return Run(work, true, isolation); }

absl::Status Database::Run(Work work, bool write, Isolation isolation) {
  AssertMayBlock("a transaction");
  (write ? writes_ : reads_).fetch_add(1, std::memory_order_relaxed);
  TransactionEvent event{.write = write};
  ConnectionPool& pool = PoolFor(write);
  const absl::Time start = SystemClock().Now();
  Outcome outcome;
  for (int attempt = 1;; ++attempt) {
    event.attempts = attempt;
    const absl::Time asked = SystemClock().Now();
    absl::StatusOr<std::unique_ptr<Connection>> connection = pool.Take(options_.acquire_timeout);
    event.wait += SystemClock().Now() - asked;
    if (!connection.ok()) {
      outcome.status = connection.status();
      break;
    }
    {
      Lease lease(pool, *std::move(connection));
      outcome = Attempt(lease.connection(), work, write, isolation);
    }
    if (!outcome.again) break;
    if (attempt >= options_.max_attempts) {
      outcome.status = Exhausted(outcome.status, attempt);
      break;
    }
    retries_.fetch_add(1, std::memory_order_relaxed);
    options_.sleep(Backoff(attempt));
  }
  event.duration = SystemClock().Now() - start - event.wait;
  event.code = outcome.status.code();
  options_.on_transaction(event);
  return outcome.status;
}

absl::Status Database::Check() {
  return Read([](Transaction& transaction) { return transaction.QueryInt64("SELECT 1").status(); });
}

PoolStats Database::Stats() const {
  PoolStats stats{.reads = reads_.load(std::memory_order_relaxed),
                  .writes = writes_.load(std::memory_order_relaxed),
                  .retries = retries_.load(std::memory_order_relaxed)};
  for (const ConnectionPool* pool : {readers_.get(), writers_.get()}) {
    if (pool == nullptr) continue;
    const ConnectionPool::Stats part = pool->stats();
    stats.limit += pool->limit();
    stats.in_use += part.in_use;
    stats.idle += part.idle;
    stats.waiting += part.waiting;
    stats.connections_lost += part.lost;
    stats.waited += part.waited;
  }
  return stats;
}

}  // namespace vg::sql
