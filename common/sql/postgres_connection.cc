#include "common/sql/postgres_connection.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/base/internal/endian.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include <libpq-fe.h>

#include "common/sql/postgres_binary.h"
#include "common/sql/statement_key.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::sql {
namespace {

constexpr size_t kMaxStatements = 300;
constexpr size_t kCopyChunk = 1 << 16;
constexpr size_t kPipelined = 500;  // Statements sent before their results are read.
constexpr size_t kMaxArray = 5000;  // Rows that one statement is given.

// Types by their fixed numbers in PostgreSQL's catalogue.
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kName = 19;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kUnknown = 705;
constexpr Oid kBpchar = 1042;
constexpr Oid kVarchar = 1043;

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ResultDeleter>;

std::string Trimmed(const char* text) {
  return std::string(absl::StripAsciiWhitespace(text == nullptr ? "" : text));
}

absl::Status Unavailable(std::string message) {
  return Error(absl::StatusCode::kUnavailable, kDatabaseUnavailable, std::move(message));
}

absl::Status ToStatus(std::string_view state, std::string message) {
  if (state == "23505" || state == "23P01") return absl::AlreadyExistsError(message);
  if (state.starts_with("23")) return absl::FailedPreconditionError(message);
  if (state == "40001" || state == "40P01") return absl::AbortedError(message);
  if (state == "57014") return absl::DeadlineExceededError(message);
  if (state == "53100" || state == "53200" || state == "53400") {
    return Error(absl::StatusCode::kResourceExhausted, kDatabaseFull, std::move(message));
  }
  if (state == "22003") return absl::OutOfRangeError(message);
  if (state == "22021" || state == "22P05" || state == "54000") {
    return absl::InvalidArgumentError(message);
  }
  if (state == "XX001" || state == "XX002") return absl::DataLossError(message);
  // Lock timeout, too many connections, I/O error, shutting down, connection exceptions.
  if (state == "55P03" || state == "53300" || state == "58030" || state == "25006" ||
      state.starts_with("57P") || state.starts_with("28") ||
      (state.starts_with("08") && state != "08P01")) {
    return Unavailable(std::move(message));
  }
  return absl::InternalError(message);
}

class PostgresRow final : public Row {
 public:
  explicit PostgresRow(const PGresult* result, int row = 0)
      : result_(result), row_(row), columns_(PQnfields(result)) {}

  int columns() const override { return columns_; }
  bool IsNull(int column) const override {
    return InRange(column) && PQgetisnull(result_, row_, column) == 1;
  }
  int64_t Int64(int column) const override {
    if (!Present(column, "an integer")) return 0;
    const char* octets = PQgetvalue(result_, row_, column);
    switch (PQftype(result_, column)) {
      case kInt8:
        return static_cast<int64_t>(absl::big_endian::Load64(octets));
      case kInt4:
        return static_cast<int32_t>(absl::big_endian::Load32(octets));
      case kInt2:
        return static_cast<int16_t>(absl::big_endian::Load16(octets));
      case kBool:
        return octets[0];
      default:
        return Misread(column, "an integer"), 0;
    }
  }
  std::string_view Text(int column) const override {
    if (!Present(column, "text")) return {};
    switch (PQftype(result_, column)) {
      case kText:
      case kVarchar:
      case kBpchar:
      case kName:
      case kUnknown:
        return View(column);
      default:
        return Misread(column, "text"), std::string_view();
    }
  }
  std::string_view Octets(int column) const override {
    if (!Present(column, "octets")) return {};
    if (PQftype(result_, column) == kBytea) return View(column);
    return Misread(column, "octets"), std::string_view();
  }
  const std::string& misread() const { return misread_; }

 private:
  std::string_view View(int column) const {
    return {PQgetvalue(result_, row_, column),
            static_cast<size_t>(PQgetlength(result_, row_, column))};
  }
  bool InRange(int column) const {
    if (column >= 0 && column < columns_) return true;
    misread_ = absl::StrCat("there is no column ", column);
    return false;
  }
  bool Present(int column, const char* wanted) const {
    if (!InRange(column)) return false;
    if (PQgetisnull(result_, row_, column) == 0) return true;
    Misread(column, wanted);
    return false;
  }
  void Misread(int column, const char* wanted) const {
    misread_ = absl::StrCat("column ", column, " is not ", wanted, " (type ",
                            PQftype(result_, column), ")");
  }

  const PGresult* result_;
  int row_;
  int columns_;
  mutable std::string misread_;
};

// The parameters of one call as libpq wants them. Numbers travel as text, the rest as it is.
struct Arguments {
  explicit Arguments(std::span<const Value> params) {
    const size_t count = params.size();
    numbers.resize(count);
    values.resize(count);
    lengths.resize(count);
    formats.resize(count);
    for (size_t i = 0; i < count; ++i) {
      const Value& value = params[i];
      types.push_back(TypeOf(value));
      if (value.is_null()) continue;
      if (value.type() == Value::Type::kInt64) {
        numbers[i] = std::to_string(value.number());
        values[i] = numbers[i].c_str();
      } else {
        values[i] = value.octets().c_str();
        lengths[i] = static_cast<int>(value.octets().size());
        formats[i] = value.type() == Value::Type::kBytes ? 1 : 0;
      }
    }
  }

  static Oid TypeOf(const Value& value) {
    switch (value.type()) {
      case Value::Type::kInt64:
        return kInt8;
      case Value::Type::kText:
        return kText;
      case Value::Type::kBytes:
        return kBytea;
      case Value::Type::kUnknown:
        return 0;
    }
    return 0;
  }

  std::vector<Oid> types;
  std::vector<std::string> numbers;
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

class PostgresConnection final : public Connection {
 public:
  explicit PostgresConnection(PGconn* handle) : handle_(handle) {}
  ~PostgresConnection() override { PQfinish(handle_); }

  absl::Status Configure(const DatabaseOptions& options) {
    if (PQstatus(handle_) != CONNECTION_OK) {
      return Unavailable(absl::StrCat("postgresql: ", Trimmed(PQerrorMessage(handle_))));
    }
    PQsetNoticeProcessor(
        handle_, [](void*, const char*) {}, nullptr);
    // A server that acknowledges before its disk does would break the promise of Write.
    RETURN_IF_ERROR(Script(
        absl::StrCat("SET client_encoding = 'UTF8'; SET standard_conforming_strings = on;"
                     "SET statement_timeout = ",
                     absl::ToInt64Milliseconds(options.statement_timeout),
                     "; SET lock_timeout = ", absl::ToInt64Milliseconds(options.lock_timeout),
                     "; SELECT set_config('synchronous_commit', 'on', false)"
                     " WHERE current_setting('synchronous_commit') = 'off'")));
    const Result citus{PQexec(handle_, "SELECT FROM pg_extension WHERE extname = 'citus'")};
    RETURN_IF_ERROR(Check(citus.get(), "pg_extension"));
    spread_ = PQntuples(citus.get()) > 0;
    return absl::OkStatus();
  }

  Engine engine() const override { return Engine::kPostgres; }

  absl::Status Begin(bool write, Isolation isolation) override {
    write_ = write;
    if (!write) return Run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    return Run(isolation == Isolation::kSerializable
                   ? "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"
                   : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  }

  absl::Status Commit() override {
    const Result result(PQexec(handle_, "COMMIT"));
    RETURN_IF_ERROR(Check(result.get(), "COMMIT"));
    // A transaction that failed earlier is rolled back by COMMIT, which calls that a success.
    if (std::string_view(PQcmdStatus(result.get())) != "COMMIT") {
      return absl::InternalError("postgresql rolled back instead of committing");
    }
    return absl::OkStatus();
  }

  void Rollback() override {
    if (InTransaction() && !Run("ROLLBACK").ok()) broken_ = true;
    if (PQtransactionStatus(handle_) != PQTRANS_IDLE) broken_ = true;
  }

  bool InTransaction() const override {
    const PGTransactionStatusType status = PQtransactionStatus(handle_);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
  }
  bool usable() const override { return !broken_ && PQstatus(handle_) == CONNECTION_OK; }

  absl::Status Run(const char* sql) override {
    const Result result(PQexec(handle_, sql));
    return Check(result.get(), sql);
  }

  absl::StatusOr<int64_t> Execute(std::string_view sql, std::span<const Value> params) override {
    const Arguments arguments(params);
    ASSIGN_OR_RETURN(const char* const name, Prepare(sql, arguments));
    const Result result(PQexecPrepared(handle_, name, static_cast<int>(params.size()),
                                       arguments.values.data(), arguments.lengths.data(),
                                       arguments.formats.data(), 1));
    RETURN_IF_ERROR(Check(result.get(), sql));
    if (std::string_view(PQcmdStatus(result.get())).starts_with("SELECT")) return 0;
    const std::string_view count = PQcmdTuples(result.get());
    int64_t changed = 0;
    std::from_chars(count.data(), count.data() + count.size(), changed);
    return changed;
  }

  absl::Status Query(std::string_view sql, std::span<const Value> params,
                     absl::FunctionRef<bool(const Row&)> visit) override {
    const Arguments arguments(params);
    ASSIGN_OR_RETURN(const char* const name, Prepare(sql, arguments));
    if (PQsendQueryPrepared(handle_, name, static_cast<int>(params.size()), arguments.values.data(),
                            arguments.lengths.data(), arguments.formats.data(), 1) == 0) {
      return Check(nullptr, sql);
    }
    PQsetSingleRowMode(handle_);
    absl::Status status = absl::OkStatus();
    bool more = true;
    // The results are read to their end even when nobody listens any more.
    while (const Result result{PQgetResult(handle_)}) {
      if (PQresultStatus(result.get()) != PGRES_SINGLE_TUPLE) {
        if (absl::Status failure = Check(result.get(), sql); !failure.ok()) status = failure;
        continue;
      }
      if (!more) continue;
      const PostgresRow row(result.get());
      more = visit(row);
      if (!row.misread().empty()) {
        status = absl::InternalError(absl::StrCat(row.misread(), " in: ", Av(sql)));
        more = false;
      }
    }
    return status;
  }

  absl::Status QueryEach(std::string_view sql, std::span<const std::vector<Value>> params,
                         absl::FunctionRef<void(size_t index, const Row&)> visit) override {
    // Null values of one column differ in type from others, so names are found before the trip.
    std::vector<Arguments> arguments;
    std::vector<std::string> names;
    for (const std::vector<Value>& values : params) {
      arguments.emplace_back(values);
      const size_t prepared = statements_.size();
      ASSIGN_OR_RETURN(names.emplace_back(), Prepare(sql, arguments.back()));
      // There were too many statements, so that the ones found so far are gone.
      if (statements_.size() < prepared) {
        for (size_t i = 0; i < names.size(); ++i) {
          ASSIGN_OR_RETURN(names[i], Prepare(sql, arguments[i]));
        }
      }
    }
    absl::Status status = absl::OkStatus();
    for (size_t begin = 0; begin < params.size() && status.ok(); begin += kPipelined) {
      const size_t end = std::min(begin + kPipelined, params.size());
      if (PQenterPipelineMode(handle_) != 1) return Check(nullptr, sql);
      for (size_t i = begin; i < end; ++i) {
        const Arguments& values = arguments[i];
        PQsendQueryPrepared(handle_, names[i].c_str(), static_cast<int>(values.values.size()),
                            values.values.data(), values.lengths.data(), values.formats.data(), 1);
      }
      PQpipelineSync(handle_);
      status = ReadPipeline(sql, begin, end, visit);
      if (PQexitPipelineMode(handle_) != 1) broken_ = true;
    }
    return status;
  }

  // LIMIT keeps the planner from anything but a look at the key's index per key, whatever it
  // believes about the size of a table that has just begun to grow. Citus cannot send it to
  // workers.
  absl::Status FindEach(std::string_view table, std::span<const std::string_view> keys,
                        std::span<const std::string_view> columns, RowSource next,
                        absl::FunctionRef<void(size_t index, const Row&)> visit) override {
    return InChunks(keys.size(), next, [&](ColumnArrays& arrays, size_t first) {
      std::string names, where, selected;
      for (size_t i = 0; i < keys.size(); ++i) {
        absl::StrAppend(&names, "k", i, ", ");
        absl::StrAppend(&where, i == 0 ? "" : " AND ", Av(keys[i]), " = k.k", i);
      }
      for (const std::string_view column : columns) absl::StrAppend(&selected, Av(column), ", ");
      const std::string sql =
          absl::StrCat("SELECT t.*, k.place FROM ", Unnested(arrays), " WITH ORDINALITY AS k(",
                       names, "place), LATERAL (SELECT ", selected.substr(0, selected.size() - 2),
                       " FROM ", Av(table), " WHERE ", where, spread_ ? "" : " LIMIT 1", ") t");
      const int place = static_cast<int>(columns.size());
      return QueryArrays(sql, arrays, [&](const Row& row) {
        visit(first + static_cast<size_t>(row.Int64(place)) - 1, row);
      });
    });
  }

  absl::Status Merge(std::string_view table, std::span<const std::string_view> columns,
                     std::string_view on_conflict, RowSource next,
                     absl::FunctionRef<void(const Row&)> visit) override {
    return InChunks(columns.size(), next, [&](ColumnArrays& arrays, size_t) {
      std::string sql = absl::StrCat("INSERT INTO ", Av(table), " (");
      for (size_t i = 0; i < columns.size(); ++i) {
        absl::StrAppend(&sql, i == 0 ? "" : ", ", Av(columns[i]));
      }
      absl::StrAppend(&sql, ") SELECT * FROM ", Unnested(arrays), " ", Av(on_conflict));
      return QueryArrays(sql, arrays, visit);
    });
  }

  absl::StatusOr<int64_t> Append(std::string_view table, std::span<const std::string_view> columns,
                                 RowSource next) override {
    std::string sql = absl::StrCat("COPY ", Av(table), " (");
    for (size_t i = 0; i < columns.size(); ++i) {
      absl::StrAppend(&sql, i == 0 ? "" : ", ", Av(columns[i]));
    }
    absl::StrAppend(&sql, ") FROM STDIN (FORMAT binary)");
    {
      const Result start(PQexec(handle_, sql.c_str()));
      if (PQresultStatus(start.get()) != PGRES_COPY_IN) return Check(start.get(), sql);
    }
    absl::Status failure = absl::OkStatus();
    const absl::StatusOr<int64_t> count = Send(columns.size(), next);
    if (!count.ok()) failure = count.status();
    if (PQputCopyEnd(handle_, failure.ok() ? nullptr : "given up") != 1) broken_ = true;
    // The server's reason is better than that of a broken send.
    while (const Result result{PQgetResult(handle_)}) {
      if (absl::Status end = Check(result.get(), sql); !end.ok() && failure.ok()) failure = end;
    }
    if (!failure.ok()) return failure;
    return *count;
  }

  absl::Status Script(const std::string& sql) override { return Run(sql.c_str()); }

 private:
  // Runs `use` on the rows that `next` gives, some thousands at a time.
  absl::Status InChunks(size_t columns, RowSource next,
                        absl::FunctionRef<absl::Status(ColumnArrays& arrays, size_t first)> use) {
    std::vector<Value> row;
    for (size_t first = 0;;) {
      ColumnArrays arrays(columns);
      bool more = true;
      while (arrays.rows() < kMaxArray) {
        row.clear();
        ASSIGN_OR_RETURN(more, next(row));
        if (!more) break;
        RETURN_IF_ERROR(arrays.Add(row));
      }
      if (arrays.rows() > 0) RETURN_IF_ERROR(use(arrays, first));
      if (!more) return absl::OkStatus();
      first += arrays.rows();
    }
  }

  // "unnest($1::bigint[], $2::text[])".
  static std::string Unnested(const ColumnArrays& arrays) {
    std::string sql = "unnest(";
    for (size_t i = 0; i < arrays.columns(); ++i) {
      absl::StrAppend(&sql, i == 0 ? "$" : ", $", i + 1, "::", Av(arrays.TypeName(i)));
    }
    return sql + ")";
  }

  absl::Status QueryArrays(std::string_view sql, ColumnArrays& arrays,
                           absl::FunctionRef<void(const Row&)> visit) {
    Arguments arguments({});
    for (size_t i = 0; i < arrays.columns(); ++i) {
      const std::string_view array = arrays.Finish(i);
      arguments.types.push_back(arrays.TypeNumber(i));
      arguments.values.push_back(array.data());
      arguments.lengths.push_back(static_cast<int>(array.size()));
      arguments.formats.push_back(1);
    }
    ASSIGN_OR_RETURN(const char* const name, Prepare(sql, arguments));
    const Result result(PQexecPrepared(handle_, name, static_cast<int>(arrays.columns()),
                                       arguments.values.data(), arguments.lengths.data(),
                                       arguments.formats.data(), 1));
    RETURN_IF_ERROR(Check(result.get(), sql));
    for (int at = 0; at < PQntuples(result.get()); ++at) {
      const PostgresRow row(result.get(), at);
      visit(row);
      if (!row.misread().empty()) {
        return absl::InternalError(absl::StrCat(row.misread(), " in: ", Av(sql)));
      }
    }
    return absl::OkStatus();
  }

  // Reads the results of statements `begin` to `end`, and what marks their end.
  absl::Status ReadPipeline(std::string_view sql, size_t begin, size_t end,
                            absl::FunctionRef<void(size_t index, const Row&)> visit) {
    absl::Status status = absl::OkStatus();
    for (size_t i = begin; i < end; ++i) {
      while (const Result result{PQgetResult(handle_)}) {
        if (PQresultStatus(result.get()) == PGRES_PIPELINE_ABORTED) continue;  // After an error.
        if (absl::Status failure = Check(result.get(), sql); !failure.ok()) {
          if (status.ok()) status = failure;
          if (!usable()) return status;
          continue;
        }
        for (int row = 0; row < PQntuples(result.get()) && status.ok(); ++row) {
          const PostgresRow read(result.get(), row);
          visit(i, read);
          if (!read.misread().empty()) {
            status = absl::InternalError(absl::StrCat(read.misread(), " in: ", Av(sql)));
          }
        }
      }
    }
    const Result synced(PQgetResult(handle_));
    if (PQresultStatus(synced.get()) != PGRES_PIPELINE_SYNC) {
      broken_ = true;
      if (status.ok()) status = Unavailable("postgresql: a pipeline of statements did not end");
    }
    return status;
  }

  absl::StatusOr<int64_t> Send(size_t columns, RowSource next) {
    std::string chunk(kCopyHead);
    std::vector<Value> row;
    for (int64_t count = 0;; ++count) {
      row.clear();
      ASSIGN_OR_RETURN(const bool more, next(row));
      if (more && row.size() != columns) {
        return absl::InternalError(
            absl::StrCat(row.size(), " values for ", columns, " columns of COPY"));
      }
      AppendInt16(more ? static_cast<int16_t>(columns) : -1, chunk);
      for (const Value& value : row) AppendCell(value, chunk);
      if (chunk.size() > kCopyChunk || !more) {
        if (PQputCopyData(handle_, chunk.data(), static_cast<int>(chunk.size())) != 1) {
          return count;  // The end of the COPY tells why.
        }
        chunk.clear();
      }
      if (!more) return count;
    }
  }

  absl::StatusOr<const char*> Prepare(std::string_view sql, const Arguments& arguments) {
    key_.assign(sql);
    key_ += '\0';
    for (const Oid type : arguments.types) {
      key_ += type == kInt8 ? 'i' : type == kText ? 't' : type == kBytea ? 'b' : '?';
    }
    const auto found = statements_.find(key_);
    if (found != statements_.end()) return found->second.c_str();
    // Texts that are put together anew for each call would otherwise pile up.
    if (statements_.size() >= kMaxStatements) {
      RETURN_IF_ERROR(Run("DEALLOCATE ALL"));
      statements_.clear();
    }
    std::string name = absl::StrCat("s", ++prepared_);
    const Result result(PQprepare(handle_, name.c_str(), std::string(sql).c_str(),
                                  static_cast<int>(arguments.types.size()),
                                  arguments.types.data()));
    RETURN_IF_ERROR(Check(result.get(), sql));
    return statements_.emplace(key_, std::move(name)).first->second.c_str();
  }

  absl::Status Check(const PGresult* result, std::string_view sql) {
    switch (PQresultStatus(result)) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
      case PGRES_SINGLE_TUPLE:
        return absl::OkStatus();
      default:
        break;
    }
    const char* field = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string_view state = field == nullptr ? "" : field;
    const char* text =
        result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    std::string message =
        absl::StrCat("postgresql: ", text != nullptr ? text : Trimmed(PQerrorMessage(handle_)));
    if (!state.empty()) absl::StrAppend(&message, " (", Av(state), ")");
    if (!sql.empty()) absl::StrAppend(&message, " in: ", Av(sql));
    // A server that became a standby: the next connection finds the new primary.
    if (write_ && state == "25006") broken_ = true;
    if (!write_ && state == "25006") return absl::InternalError(message);
    // 08P01 is a wrong call of ours, not a lost connection. An error without a state is libpq's
    // own: it could not write, and may not have noticed yet that the connection is gone.
    const bool unsent =
        state.empty() && (result == nullptr || PQresultStatus(result) == PGRES_FATAL_ERROR);
    const bool gone =
        unsent || state.starts_with("57P") || (state.starts_with("08") && state != "08P01");
    if (gone || PQstatus(handle_) != CONNECTION_OK) {
      broken_ = true;
      return Unavailable(std::move(message));
    }
    return ToStatus(state, std::move(message));
  }

  PGconn* const handle_;
  bool write_ = false;
  bool broken_ = false;
  bool spread_ = false;  // Whether tables may be spread over machines, by Citus.
  int64_t prepared_ = 0;
  std::string key_;
  std::unordered_map<std::string, std::string, StatementHash, std::equal_to<>> statements_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> OpenPostgres(const std::string& url,
                                                         const DatabaseOptions& options) {
  // What the url says overrides what stands before it.
  const char* const names[] = {"connect_timeout",           "keepalives_idle", "tcp_user_timeout",
                               "fallback_application_name", "dbname",          nullptr};
  const char* const values[] = {"10", "30", "60000", "voortgang", url.c_str(), nullptr};
  PGconn* handle = PQconnectdbParams(names, values, 1);
  if (handle == nullptr) return absl::ResourceExhaustedError("postgresql: no memory");
  auto connection = std::make_unique<PostgresConnection>(handle);
  RETURN_IF_ERROR(connection->Configure(options));
  return connection;
}

absl::StatusOr<std::string> PostgresName(const std::string& url) {
  char* text = nullptr;
  PQconninfoOption* const parsed = PQconninfoParse(url.c_str(), &text);
  PQfreemem(text);
  if (parsed == nullptr) {
    return absl::InvalidArgumentError(
        "the database url is not one PostgreSQL understands; right would be "
        "postgresql://user@host:5432/database");
  }
  std::string host = "localhost";
  std::string database = "default";
  for (const PQconninfoOption* option = parsed; option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (std::strcmp(option->keyword, "host") == 0) host = option->val;
    if (std::strcmp(option->keyword, "dbname") == 0) database = option->val;
  }
  PQconninfoFree(parsed);
  return absl::StrCat(host, "/", database);
}

}  // namespace vg::sql
