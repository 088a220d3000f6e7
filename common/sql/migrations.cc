#include "common/sql/migrations.h"

#include <cstdint>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::sql {
namespace {

// Any number will do as long as every process takes the same.
constexpr int64_t kMigrationLock = 0x766f6f7274676e67;  // "voortgng"

constexpr char kCreateTable[] = R"sql(
CREATE TABLE IF NOT EXISTS schema_migration (
  component {text} NOT NULL,
  version {int} NOT NULL,
  name {text} NOT NULL,
  digest {text} NOT NULL,
  applied_time {int} NOT NULL,
  PRIMARY KEY (component, version)
) {strict};
)sql";

constexpr char kSelectApplied[] =
    "SELECT version, digest FROM schema_migration WHERE component = $1 ORDER BY version";
constexpr char kInsertApplied[] =
    "INSERT INTO schema_migration (component, version, name, digest, applied_time) "
    "VALUES ($1, $2, $3, $4, $5)";
constexpr char kTableExistsSqlite[] =
    "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'";
constexpr char kTableExistsPostgres[] =
    "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('schema_migration')";

// Tells whether a script is the one that was applied; not a defence against anyone.
std::string Digest(std::string_view sql) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : sql) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return absl::StrCat(absl::Hex(hash, absl::kZeroPad16));
}

absl::StatusOr<bool> TableExists(Transaction& transaction) {
  const char* const sql =
      transaction.engine() == Engine::kSqlite ? kTableExistsSqlite : kTableExistsPostgres;
  ASSIGN_OR_RETURN(const auto count, transaction.QueryInt64(sql));
  return count.value_or(0) > 0;
}

absl::StatusOr<std::map<int, std::string>> Applied(Transaction& transaction,
                                                   std::string_view component) {
  std::map<int, std::string> applied;
  RETURN_IF_ERROR(transaction.Query(kSelectApplied, {component}, [&applied](const Row& row) {
    applied.emplace(row.Int(0), row.String(1));
  }));
  return applied;
}

absl::Status Unchanged(const Schema& schema, const Migration& migration,
                       const std::string& digest) {
  if (digest == Digest(migration.sql)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "migration ", Av(schema.component), "/", migration.version, " (", Av(migration.name),
      ") was changed after it was applied to this database; restore it and add a new one"));
}

absl::Status Apply(Transaction& transaction, const Schema& schema) {
  ASSIGN_OR_RETURN(const auto applied, Applied(transaction, schema.component));
  int expected = 1;
  for (const Migration& migration : schema.migrations) {
    if (migration.version != expected++) {
      return absl::InternalError(
          absl::StrCat("the migrations of ", Av(schema.component), " are not numbered 1, 2, 3 …"));
    }
    if (const auto found = applied.find(migration.version); found != applied.end()) {
      RETURN_IF_ERROR(Unchanged(schema, migration, found->second));
      continue;
    }
    RETURN_IF_ERROR(transaction.ExecuteScript(ForEngine(migration.sql, transaction.engine())));
    RETURN_IF_ERROR(
        transaction
            .Execute(kInsertApplied, {schema.component, migration.version, migration.name,
                                      Digest(migration.sql), SystemClock().Now()})
            .status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Migrate(Database& database, std::initializer_list<Schema> schemas) {
  // Under READ COMMITTED, because the one who waited for the lock must see what was done meanwhile.
  return database.Write(
      [&](Transaction& transaction) -> absl::Status {
        if (transaction.engine() == Engine::kPostgres) {
          RETURN_IF_ERROR(
              transaction.Execute("SELECT pg_advisory_xact_lock($1)", {kMigrationLock}).status());
        }
        RETURN_IF_ERROR(transaction.ExecuteScript(ForEngine(kCreateTable, transaction.engine())));
        for (const Schema& schema : schemas) RETURN_IF_ERROR(Apply(transaction, schema));
        return absl::OkStatus();
      },
      Isolation::kReadCommitted);
}

absl::Status CheckSchema(Database& database, std::initializer_list<Schema> schemas) {
  return database.Read([&](Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const bool exists, TableExists(transaction));
    for (const Schema& schema : schemas) {
      std::map<int, std::string> applied;
      if (exists) {
        ASSIGN_OR_RETURN(applied, Applied(transaction, schema.component));
      }
      for (const Migration& migration : schema.migrations) {
        const auto found = applied.find(migration.version);
        if (found == applied.end()) {
          return absl::FailedPreconditionError(
              absl::StrCat("migration ", Av(schema.component), "/", migration.version, " (",
                           Av(migration.name), ") has not been applied; run the migrations first"));
        }
        RETURN_IF_ERROR(Unchanged(schema, migration, found->second));
      }
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<int> SchemaVersion(Database& database, std::string_view component) {
  int version = 0;
  RETURN_IF_ERROR(database.Read([&](Transaction& transaction) -> absl::Status {
    version = 0;
    ASSIGN_OR_RETURN(const bool exists, TableExists(transaction));
    if (!exists) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto applied, Applied(transaction, component));
    if (!applied.empty()) version = applied.rbegin()->first;
    return absl::OkStatus();
  }));
  return version;
}

std::string ForEngine(std::string_view sql, Engine engine) {
  const bool sqlite = engine == Engine::kSqlite;
  return absl::StrReplaceAll(
      Av(sql), {{"{int}", sqlite ? "INTEGER" : "BIGINT"},
                {"{text}", sqlite ? "TEXT" : "TEXT COLLATE \"C\""},
                {"{bytes}", sqlite ? "BLOB" : "BYTEA"},
                {"{identity}", sqlite ? "INTEGER PRIMARY KEY"
                                      : "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"},
                {" {strict}", sqlite ? " STRICT" : ""},
                {" {clustered}", sqlite ? " STRICT, WITHOUT ROWID" : ""}});
}

}  // namespace vg::sql
