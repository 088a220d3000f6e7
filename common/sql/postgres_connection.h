// A connection to PostgreSQL over libpq. Internal to common/sql.

#ifndef VG_COMMON_SQL_POSTGRES_CONNECTION_H_
#define VG_COMMON_SQL_POSTGRES_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "common/sql/connection.h"

namespace vg::sql {

absl::StatusOr<std::unique_ptr<Connection>> OpenPostgres(const std::string& url,
                                                         const DatabaseOptions& options);

// "host/database" of `url`. INVALID_ARGUMENT if libpq cannot read it; never repeats a password.
absl::StatusOr<std::string> PostgresName(const std::string& url);

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_POSTGRES_CONNECTION_H_
