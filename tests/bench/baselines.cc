#include "tests/bench/baselines.h"

#include <sqlite3.h>

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include <libpq-fe.h>

#include "common/status/status_macros.h"
#include "common/time/stopwatch.h"

namespace vg::bench {
namespace {

using Sqlite = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;
using Postgres = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

absl::Status Run(sqlite3* database, const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return absl::OkStatus();
  return absl::InternalError(sqlite3_errmsg(database));
}

absl::Status Run(PGconn* connection, const char* sql, ExecStatusType wanted) {
  const Result result(PQexec(connection, sql), &PQclear);
  if (PQresultStatus(result.get()) == wanted) return absl::OkStatus();
  return absl::InternalError(PQerrorMessage(connection));
}

std::vector<std::vector<std::string>> AllRows(const Batches& batches, int messages) {
  std::vector<std::vector<std::string>> all;
  for (int i = 0; i < messages; ++i) all.push_back(batches.Rows(int64_t{i} * batches.size()));
  return all;
}

class SqliteTable final : public PlainTable {
 public:
  SqliteTable(Sqlite database, Statement insert)
      : database_(std::move(database)), insert_(std::move(insert)) {}

  absl::Status Insert(std::span<const std::string> rows) override {
    RETURN_IF_ERROR(Run(database_.get(), "BEGIN IMMEDIATE"));
    for (const std::string& content : rows) {
      sqlite3_bind_int64(insert_.get(), 1, ++id_);
      sqlite3_bind_blob64(insert_.get(), 2, content.data(), content.size(), SQLITE_STATIC);
      if (sqlite3_step(insert_.get()) != SQLITE_DONE) {
        return absl::InternalError(sqlite3_errmsg(database_.get()));
      }
      sqlite3_reset(insert_.get());
    }
    return Run(database_.get(), "COMMIT");
  }

 private:
  const Sqlite database_;
  const Statement insert_;  // Goes before the database.
  int64_t id_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<PlainTable>> PlainTable::Create(const std::string& path) {
  sqlite3* opened = nullptr;
  sqlite3_open(path.c_str(), &opened);
  Sqlite database(opened, &sqlite3_close);
  RETURN_IF_ERROR(Run(database.get(),
                      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                      "CREATE TABLE plain (id INTEGER PRIMARY KEY, content BLOB NOT NULL)"));
  sqlite3_stmt* prepared = nullptr;
  sqlite3_prepare_v2(database.get(), "INSERT INTO plain (id, content) VALUES (?, ?)", -1, &prepared,
                     nullptr);
  return std::make_unique<SqliteTable>(std::move(database), Statement(prepared, &sqlite3_finalize));
}

absl::StatusOr<double> InsertPlainly(const std::string& path, const Batches& batches,
                                     int messages) {
  const auto all = AllRows(batches, messages);
  ASSIGN_OR_RETURN(const std::unique_ptr<PlainTable> table, PlainTable::Create(path));
  const Stopwatch watch;
  for (const std::vector<std::string>& rows : all) RETURN_IF_ERROR(table->Insert(rows));
  return static_cast<double>(int64_t{messages} * batches.size()) /
         absl::ToDoubleSeconds(watch.Elapsed());
}

absl::StatusOr<double> CopyPlainly(const std::string& url, const Batches& batches, int messages) {
  const auto all = AllRows(batches, messages);
  const Postgres connection(PQconnectdb(url.c_str()), &PQfinish);
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  RETURN_IF_ERROR(Run(connection.get(), "DROP TABLE IF EXISTS plain", PGRES_COMMAND_OK));
  RETURN_IF_ERROR(Run(connection.get(),
                      "CREATE TABLE plain (id BIGINT PRIMARY KEY, content BYTEA NOT NULL)",
                      PGRES_COMMAND_OK));
  const Stopwatch watch;
  int64_t id = 0;
  RETURN_IF_ERROR(Run(connection.get(), "COPY plain (id, content) FROM STDIN", PGRES_COPY_IN));
  for (const std::vector<std::string>& rows : all) {
    std::string lines;
    for (const std::string& content : rows) {
      absl::StrAppend(&lines, ++id, "\t\\\\x", absl::BytesToHexString(content), "\n");
    }
    PQputCopyData(connection.get(), lines.data(), static_cast<int>(lines.size()));
  }
  PQputCopyEnd(connection.get(), nullptr);
  const Result result(PQgetResult(connection.get()), &PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    return absl::InternalError(PQerrorMessage(connection.get()));
  }
  return static_cast<double>(id) / absl::ToDoubleSeconds(watch.Elapsed());
}

}  // namespace vg::bench
