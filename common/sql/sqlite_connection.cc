#include "common/sql/sqlite_connection.h"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/sql/sqlite_rows.h"
#include "common/sql/statement_key.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::sql {
namespace {

constexpr size_t kMaxStatements = 300;

absl::Status ToStatus(int code, const char* text, std::string_view sql) {
  const std::string message = sql.empty() ? absl::StrCat("sqlite: ", text)
                                          : absl::StrCat("sqlite: ", text, " in: ", Av(sql));
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return absl::AlreadyExistsError(message);
    case SQLITE_CONSTRAINT_DATATYPE:
      return absl::InternalError(message);
    case SQLITE_BUSY_SNAPSHOT:
      return absl::AbortedError(message);
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return absl::FailedPreconditionError(message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
      return Error(absl::StatusCode::kUnavailable, kDatabaseUnavailable, message);
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return Error(absl::StatusCode::kResourceExhausted, kDatabaseFull, message);
    case SQLITE_TOOBIG:
      return absl::InvalidArgumentError(message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(message);
    case SQLITE_INTERRUPT:
      return absl::CancelledError(message);
    case SQLITE_ERROR:
      if (std::string_view(text) == "integer overflow") return absl::OutOfRangeError(message);
      return absl::InternalError(message);
    default:
      return absl::InternalError(message);
  }
}

struct Prepared {
  sqlite3_stmt* statement = nullptr;
  std::vector<int> index;  // Of $1, $2, … in SQLite's own numbering; 0 if unused.
};

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement)
      : statement_(statement), columns_(sqlite3_column_count(statement)) {}

  int columns() const override { return columns_; }
  bool IsNull(int column) const override {
    return InRange(column) && sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  int64_t Int64(int column) const override {
    return Is(column, SQLITE_INTEGER, "an integer") ? sqlite3_column_int64(statement_, column) : 0;
  }
  std::string_view Text(int column) const override {
    if (!Is(column, SQLITE_TEXT, "text")) return {};
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {text, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::string_view Octets(int column) const override {
    if (!Is(column, SQLITE_BLOB, "octets")) return {};
    const auto* octets = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {octets, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }
  const std::string& misread() const { return misread_; }

 private:
  bool InRange(int column) const {
    if (column >= 0 && column < columns_) return true;
    misread_ = absl::StrCat("there is no column ", column);
    return false;
  }
  bool Is(int column, int type, const char* wanted) const {
    if (!InRange(column)) return false;
    if (sqlite3_column_type(statement_, column) == type) return true;
    misread_ = absl::StrCat("column ", column, " is not ", wanted);
    return false;
  }

  sqlite3_stmt* statement_;
  int columns_;
  mutable std::string misread_;
};

// Gives a cached statement back as it was found.
class Use {
 public:
  explicit Use(sqlite3_stmt* statement) : statement_(statement) {}
  ~Use() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  sqlite3_stmt* statement_;
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(sqlite3* handle, bool writer, absl::Duration lock_timeout)
      : handle_(handle), writer_(writer), lock_timeout_(lock_timeout) {}

  ~SqliteConnection() override {
    Forget();
    sqlite3_close(handle_);
  }

  absl::Status Configure(const SqliteTarget& target, const DatabaseOptions& options) {
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_handler(handle_, &SqliteConnection::Busy, this);
    // A quoted name that is not a column is an error, as on PostgreSQL, not a string.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (given_.AddTo(handle_) != SQLITE_OK) return Failure("");
    if (!target.memory && target.writer) RETURN_IF_ERROR(Script("PRAGMA journal_mode = WAL"));
    // A checkpoint writes a page once however often it changed, so the log holds some transactions
    // of a long import (16 MiB); cut shorter than that, it would have to grow again each time.
    return Script(absl::StrCat(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA case_sensitive_like = ON; PRAGMA trusted_schema = OFF;"
        "PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 4000;"
        "PRAGMA journal_size_limit = 33554432;",
        target.writer ? "PRAGMA cache_size = -" : "PRAGMA query_only = ON; PRAGMA cache_size = -",
        target.writer ? options.sqlite_writer_cache_kib : options.sqlite_cache_kib));
  }

  Engine engine() const override { return Engine::kSqlite; }

  absl::Status Begin(bool write, Isolation) override {
    return Run(write ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED");
  }
  absl::Status Commit() override { return Run("COMMIT"); }
  void Rollback() override {
    if (InTransaction() && !Run("ROLLBACK").ok()) usable_ = false;
  }
  bool InTransaction() const override { return sqlite3_get_autocommit(handle_) == 0; }
  bool usable() const override { return usable_; }

  absl::Status Run(const char* sql) override { return Execute(sql, {}).status(); }

  absl::StatusOr<int64_t> Execute(std::string_view sql, std::span<const Value> params) override {
    ASSIGN_OR_RETURN(sqlite3_stmt* const statement, Bind(sql, params));
    const Use use(statement);
    const int64_t before = sqlite3_total_changes64(handle_);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    }
    if (code != SQLITE_DONE) return Failure(sql);
    // SQLite remembers the count of the last statement that changed something.
    return sqlite3_total_changes64(handle_) == before ? 0 : sqlite3_changes64(handle_);
  }

  absl::Status Query(std::string_view sql, std::span<const Value> params,
                     absl::FunctionRef<bool(const Row&)> visit) override {
    ASSIGN_OR_RETURN(sqlite3_stmt* const statement, Bind(sql, params));
    const Use use(statement);
    int code;
    SqliteRow row(statement);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
      const bool more = visit(row);
      if (!row.misread().empty()) {
        return absl::InternalError(absl::StrCat(row.misread(), " in: ", Av(sql)));
      }
      // A statement that changes rows is run to its end whatever the visitor has seen.
      if (!more && sqlite3_stmt_readonly(statement)) return absl::OkStatus();
      if (!more) {
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        }
        break;
      }
    }
    return code == SQLITE_DONE ? absl::OkStatus() : Failure(sql);
  }

  absl::Status QueryEach(std::string_view sql, std::span<const std::vector<Value>> params,
                         absl::FunctionRef<void(size_t index, const Row&)> visit) override {
    for (size_t i = 0; i < params.size(); ++i) {
      RETURN_IF_ERROR(Query(sql, params[i], [i, visit](const Row& row) {
        visit(i, row);
        return true;
      }));
    }
    return absl::OkStatus();
  }

  absl::Status FindEach(std::string_view table, std::span<const std::string_view> keys,
                        std::span<const std::string_view> columns, RowSource next,
                        absl::FunctionRef<void(size_t index, const Row&)> visit) override {
    // The cross join makes SQLite take the given rows in their order.
    std::string sql = "SELECT ";
    for (const std::string_view column : columns) {
      absl::StrAppend(&sql, Av(table), ".", Av(column), ", ");
    }
    absl::StrAppend(&sql, "given.place FROM given CROSS JOIN ", Av(table), " WHERE ");
    for (size_t i = 0; i < keys.size(); ++i) {
      absl::StrAppend(&sql, i == 0 ? "" : " AND ", Av(table), ".", Av(keys[i]), " = given.c",
                      i + 1);
    }
    const int place = static_cast<int>(columns.size());
    return Give(next, keys.size(), sql,
                [place, visit](const Row& row) {
                  visit(static_cast<size_t>(row.Int64(place)), row);
                })
        .status();
  }

  absl::Status Merge(std::string_view table, std::span<const std::string_view> columns,
                     std::string_view on_conflict, RowSource next,
                     absl::FunctionRef<void(const Row&)> visit) override {
    // Without a condition SQLite would take ON for that of a join.
    return Give(next, columns.size(),
                absl::StrCat(InsertGiven(table, columns), " WHERE true ", Av(on_conflict)), visit)
        .status();
  }

  absl::StatusOr<int64_t> Append(std::string_view table, std::span<const std::string_view> columns,
                                 RowSource next) override {
    return Give(next, columns.size(), InsertGiven(table, columns), [](const Row&) {});
  }

  absl::Status Script(const std::string& sql) override {
    char* text = nullptr;
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &text);
    if (code == SQLITE_OK) return absl::OkStatus();
    const absl::Status status =
        ToStatus(sqlite3_extended_errcode(handle_), text != nullptr ? text : "failed", "");
    sqlite3_free(text);
    return status;
  }

 private:
  static std::string Joined(std::span<const std::string_view> columns) {
    std::string joined;
    for (size_t i = 0; i < columns.size(); ++i) {
      absl::StrAppend(&joined, i == 0 ? "" : ", ", Av(columns[i]));
    }
    return joined;
  }

  // A row that is refused ends the transaction or takes it back to a savepoint, so SQLite need not
  // be able to undo the rows before it.
  static std::string InsertGiven(std::string_view table,
                                 std::span<const std::string_view> columns) {
    return absl::StrCat("INSERT OR FAIL INTO ", Av(table), " (", Joined(columns), ") SELECT ",
                        SqliteRows::Columns(columns.size()), " FROM given");
  }

  // Runs `sql`, which reads rows of `columns` values from the table `given`. How many there were.
  absl::StatusOr<int64_t> Give(RowSource next, size_t columns, const std::string& sql,
                               absl::FunctionRef<void(const Row&)> visit) {
    const auto checked = [&](std::vector<Value>& row) -> absl::StatusOr<bool> {
      ASSIGN_OR_RETURN(const bool more, next(row));
      if (!more || row.size() == columns) return more;
      return absl::InternalError(
          absl::StrCat(row.size(), " values for ", columns, " columns in: ", sql));
    };
    std::vector<Value> first;
    ASSIGN_OR_RETURN(const bool any, checked(first));
    if (!any) return 0;
    const auto all = [&](std::vector<Value>& row) -> absl::StatusOr<bool> {
      if (first.empty()) return checked(row);
      row = std::exchange(first, {});
      return true;
    };
    SqliteRows::Giving giving(given_, all);
    const absl::Status status = Query(sql, {}, [&visit](const Row& row) {
      visit(row);
      return true;
    });
    ASSIGN_OR_RETURN(const int64_t count, giving.Count());
    RETURN_IF_ERROR(status);
    return count;
  }

  static int Busy(void* self, int count) {
    auto& connection = *static_cast<SqliteConnection*>(self);
    const absl::Time now = SystemClock().Now();
    if (count == 0) connection.busy_since_ = now;
    if (now - connection.busy_since_ > connection.lock_timeout_) return 0;
    absl::SleepFor(std::min(absl::Microseconds(200 + 100 * count), absl::Milliseconds(10)));
    return 1;
  }

  absl::Status Failure(std::string_view sql) const {
    const int code = sqlite3_extended_errcode(handle_);
    if (code == SQLITE_READONLY && !writer_) {
      return absl::InternalError(absl::StrCat("Database::Read may not write: ", Av(sql)));
    }
    return ToStatus(code, sqlite3_errmsg(handle_), sql);
  }

  void Forget() {
    for (auto& [sql, prepared] : statements_) sqlite3_finalize(prepared.statement);
    statements_.clear();
  }

  absl::StatusOr<const Prepared*> Prepare(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return &found->second;
    // Texts that are put together anew for each call would otherwise pile up.
    if (statements_.size() >= kMaxStatements) Forget();
    Prepared prepared;
    const char* tail = nullptr;
    if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &prepared.statement, &tail) != SQLITE_OK) {
      return Failure(sql);
    }
    absl::Status wrong = absl::OkStatus();
    if (prepared.statement == nullptr || tail != sql.data() + sql.size()) {
      wrong = absl::InternalError(absl::StrCat("not one statement: ", Av(sql)));
    }
    const int count = sqlite3_bind_parameter_count(prepared.statement);
    for (int i = 1; i <= count && wrong.ok(); ++i) {
      const char* name = sqlite3_bind_parameter_name(prepared.statement, i);
      const std::string_view view = name == nullptr ? std::string_view() : std::string_view(name);
      int number = 0;
      const auto [end, error] =
          view.starts_with('$')
              ? std::from_chars(view.data() + 1, view.data() + view.size(), number)
              : std::from_chars_result{view.data(), std::errc::invalid_argument};
      if (error != std::errc() || end != view.data() + view.size() || number < 1 || number > 999) {
        wrong = absl::InternalError(absl::StrCat("parameters are $1, $2, …: ", Av(sql)));
        break;
      }
      if (prepared.index.size() < static_cast<size_t>(number)) prepared.index.resize(number, 0);
      prepared.index[number - 1] = i;
    }
    if (!wrong.ok()) {
      sqlite3_finalize(prepared.statement);
      return wrong;
    }
    return &statements_.emplace(std::string(sql), std::move(prepared)).first->second;
  }

  absl::StatusOr<sqlite3_stmt*> Bind(std::string_view sql, std::span<const Value> params) {
    ASSIGN_OR_RETURN(const Prepared* const prepared, Prepare(sql));
    if (prepared->index.size() != params.size()) {
      return absl::InternalError(absl::StrCat(params.size(), " values for ", prepared->index.size(),
                                              " parameters in: ", Av(sql)));
    }
    for (size_t i = 0; i < params.size(); ++i) {
      if (prepared->index[i] != 0 &&
          BindOne(prepared->statement, prepared->index[i], params[i]) != SQLITE_OK) {
        const absl::Status failure = Failure(sql);
        const Use undo(prepared->statement);
        return failure;
      }
    }
    return prepared->statement;
  }

  // The values outlive the step, so SQLite need not copy them.
  static int BindOne(sqlite3_stmt* statement, int index, const Value& value) {
    if (value.is_null()) return sqlite3_bind_null(statement, index);
    switch (value.type()) {
      case Value::Type::kInt64:
        return sqlite3_bind_int64(statement, index, value.number());
      case Value::Type::kText:
        return sqlite3_bind_text64(statement, index, value.octets().data(), value.octets().size(),
                                   SQLITE_STATIC, SQLITE_UTF8);
      case Value::Type::kBytes:
        return sqlite3_bind_blob64(statement, index, value.octets().data(), value.octets().size(),
                                   SQLITE_STATIC);
      case Value::Type::kUnknown:
        break;
    }
    return sqlite3_bind_null(statement, index);
  }

  sqlite3* const handle_;
  const bool writer_;
  const absl::Duration lock_timeout_;
  absl::Time busy_since_;
  bool usable_ = true;
  SqliteRows given_;
  std::unordered_map<std::string, Prepared, StatementHash, std::equal_to<>> statements_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> OpenSqlite(const SqliteTarget& target,
                                                       const DatabaseOptions& options) {
  // Merges keep what their pages were until they have succeeded: in memory, not in files.
  static const int in_memory = sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
  static_cast<void>(in_memory);
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                    SQLITE_OPEN_EXRESCODE | (target.memory ? SQLITE_OPEN_URI : 0);
  const int code = sqlite3_open_v2(target.file.c_str(), &handle, flags, nullptr);
  if (code != SQLITE_OK) {
    const absl::Status status = Annotate(
        ToStatus(code, handle != nullptr ? sqlite3_errmsg(handle) : "no memory", ""), target.file);
    sqlite3_close(handle);
    return status;
  }
  auto connection = std::make_unique<SqliteConnection>(handle, target.writer, options.lock_timeout);
  if (absl::Status status = connection->Configure(target, options); !status.ok()) {
    return Annotate(status, target.file);
  }
  return connection;
}

}  // namespace vg::sql
