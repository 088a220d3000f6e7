// A connection to SQLite. Internal to common/sql.

#ifndef VG_COMMON_SQL_SQLITE_CONNECTION_H_
#define VG_COMMON_SQL_SQLITE_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "common/sql/connection.h"

namespace vg::sql {

struct SqliteTarget {
  std::string file;  // A path, or a URI when `memory`.
  bool memory = false;
  bool writer = false;  // Readers refuse to write.
};

absl::StatusOr<std::unique_ptr<Connection>> OpenSqlite(const SqliteTarget& target,
                                                       const DatabaseOptions& options);

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_SQLITE_CONNECTION_H_
