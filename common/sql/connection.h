// What an engine does for one connection. Internal to common/sql.

#ifndef VG_COMMON_SQL_CONNECTION_H_
#define VG_COMMON_SQL_CONNECTION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/sql/database.h"
#include "common/sql/transaction.h"
#include "common/sql/value.h"

namespace vg::sql {

// Reasons of errors that callers outside may see.
inline constexpr std::string_view kDatabaseUnavailable = "DATABASE_UNAVAILABLE";
inline constexpr std::string_view kDatabaseConflict = "DATABASE_CONFLICT";
inline constexpr std::string_view kDatabaseFull = "DATABASE_FULL";

// Used by one thread at a time. A lost race is ABORTED, whatever the engine calls it.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual Engine engine() const = 0;

  virtual absl::Status Begin(bool write, Isolation isolation) = 0;
  virtual absl::Status Commit() = 0;
  // Ends whatever is open; the connection is unusable if that fails.
  virtual void Rollback() = 0;
  // False once the engine ended the transaction by itself.
  virtual bool InTransaction() const = 0;
  // False when the connection must be thrown away.
  virtual bool usable() const = 0;

  // One constant statement without parameters or rows: SAVEPOINT and its kin.
  virtual absl::Status Run(const char* sql) = 0;
  virtual absl::StatusOr<int64_t> Execute(std::string_view sql, std::span<const Value> params) = 0;
  // Visits rows until `visit` returns false. A wrong read of a column is an error of the query.
  virtual absl::Status Query(std::string_view sql, std::span<const Value> params,
                             absl::FunctionRef<bool(const Row&)> visit) = 0;
  virtual absl::Status QueryEach(std::string_view sql, std::span<const std::vector<Value>> params,
                                 absl::FunctionRef<void(size_t index, const Row&)> visit) = 0;
  virtual absl::Status FindEach(std::string_view table, std::span<const std::string_view> keys,
                                std::span<const std::string_view> columns, RowSource next,
                                absl::FunctionRef<void(size_t index, const Row&)> visit) = 0;
  virtual absl::Status Merge(std::string_view table, std::span<const std::string_view> columns,
                             std::string_view on_conflict, RowSource next,
                             absl::FunctionRef<void(const Row&)> visit) = 0;
  virtual absl::StatusOr<int64_t> Append(std::string_view table,
                                         std::span<const std::string_view> columns,
                                         RowSource next) = 0;
  virtual absl::Status Script(const std::string& sql) = 0;
};

using ConnectionFactory = std::function<absl::StatusOr<std::unique_ptr<Connection>>()>;

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_CONNECTION_H_
