// One transaction, the same on SQLite and PostgreSQL.
//
// SQL that both engines understand: $1, $2, … for parameters (each may be used more than once),
// INSERT … ON CONFLICT DO NOTHING / DO UPDATE, RETURNING, WITH, window functions, CAST(x AS
// BIGINT). SUM() over integers is NUMERIC on PostgreSQL: write CAST(SUM(x) AS BIGINT). No `::`
// casts, no FOR UPDATE (an UPDATE of the row locks it), no boolean columns (0 and 1). LIKE minds
// case.

#ifndef VG_COMMON_SQL_TRANSACTION_H_
#define VG_COMMON_SQL_TRANSACTION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/sql/value.h"

namespace vg::sql {

enum class Engine { kSqlite, kPostgres };

class Connection;

// Gives the next row by filling `row` (empty when called), or returns false after the last one.
using RowSource = absl::FunctionRef<absl::StatusOr<bool>(std::vector<Value>& row)>;

// What Database::Read and Database::Write lend to their work. Used by one thread; ends with the
// work. Statements are prepared once per connection and kept, so texts should be constants.
//
// Errors: ALREADY_EXISTS a unique key is taken; FAILED_PRECONDITION a foreign key or check is
// violated; INVALID_ARGUMENT text that is not UTF-8 or holds a zero byte, a number out of range;
// RESOURCE_EXHAUSTED disk full; UNAVAILABLE the database is gone or busy, the transaction may be
// repeated; ABORTED lost a race (Database repeats the work); INTERNAL a wrong statement.
//
// After a statement fails the transaction is spent on either engine: every later statement gives
// the same error, and nothing is committed even if the work returns OK. Savepoint limits the loss.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Engine engine() const;

  // Runs a statement; returns how many rows it changed.
  absl::StatusOr<int64_t> Execute(std::string_view sql, Params params = {});

  // Runs a query (or a statement with RETURNING) and visits its rows as they arrive; a result of
  // any size takes little memory. No other statement of this transaction may run before the visit
  // of the last row has ended (INTERNAL).
  absl::Status Query(std::string_view sql, Params params, RowVisitor visit);

  // Visits the first row. False if there is none.
  absl::StatusOr<bool> QueryOne(std::string_view sql, Params params, RowVisitor visit);

  // The first column of the first row, for COUNT, MAX and the like. Empty: no row, or null.
  absl::StatusOr<std::optional<int64_t>> QueryInt64(std::string_view sql, Params params = {});

  // Runs `sql` once with each of `params`, in their order, and visits the rows that each gives.
  // Many small statements cost PostgreSQL one trip this way.
  absl::Status QueryEach(std::string_view sql, std::span<const std::vector<Value>> params,
                         absl::FunctionRef<void(size_t index, const Row&)> visit);

  // Visits `columns` of the row that each of the keys given by `next` finds; a key finds one row or
  // none. Many keys are one statement this way, and one trip to PostgreSQL.
  absl::Status FindEach(std::string_view table, std::initializer_list<std::string_view> keys,
                        std::initializer_list<std::string_view> columns, RowSource next,
                        absl::FunctionRef<void(size_t index, const Row&)> visit);

  // Inserts the rows given by `next`, of which no two have the same key, with `on_conflict` for
  // those whose key is taken: "ON CONFLICT (key) DO UPDATE SET count = t.count + excluded.count
  // RETURNING key". Visits what is returned. One statement, and one trip to PostgreSQL, which locks
  // rows in the order given.
  absl::Status Merge(
      std::string_view table, std::initializer_list<std::string_view> columns,
      std::string_view on_conflict, RowSource next,
      absl::FunctionRef<void(const Row&)> visit = [](const Row&) {});

  // Adds many rows the fast way: COPY on PostgreSQL, one INSERT of them all on SQLite. Each row has
  // a value for each of `columns`; integers go to {int}, text to {text}, Bytes to {bytes} columns.
  // Returns how many. One row that cannot be added fails the whole call.
  absl::StatusOr<int64_t> Append(std::string_view table, std::span<const std::string_view> columns,
                                 RowSource next);
  absl::StatusOr<int64_t> Append(std::string_view table,
                                 std::initializer_list<std::string_view> columns,
                                 std::span<const std::vector<Value>> rows);
  absl::StatusOr<int64_t> Append(std::string_view table,
                                 std::initializer_list<std::string_view> columns, RowSource next);

  // Runs `body`; if it fails, its changes are undone, the transaction goes on, and the error is
  // returned. (A lost race or connection still ends the whole transaction.) May be nested.
  absl::Status Savepoint(absl::FunctionRef<absl::Status()> body);

  // Runs several statements separated by semicolons, without parameters: for migrations.
  absl::Status ExecuteScript(const std::string& sql);

  // The error that spent the transaction, else OK.
  const absl::Status& failure() const { return failure_; }

 private:
  absl::Status Ready() const;
  // `next`, whose texts are checked and which stops when the transaction is spent.
  absl::StatusOr<bool> Next(RowSource next, std::vector<Value>& row);
  absl::Status Note(absl::Status status);

  Connection& connection_;
  absl::Status failure_;
  bool querying_ = false;
  int depth_ = 0;
};

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_TRANSACTION_H_
