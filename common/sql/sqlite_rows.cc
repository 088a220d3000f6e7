#include "common/sql/sqlite_rows.h"

#include <new>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/sql/value.h"

namespace vg::sql {
namespace {

// Values stay where they are until the next row is asked for, so SQLite need not copy them.
void Tell(const Value& value, sqlite3_context* out) {
  if (value.is_null()) return sqlite3_result_null(out);
  switch (value.type()) {
    case Value::Type::kInt64:
      return sqlite3_result_int64(out, value.number());
    case Value::Type::kText:
      return sqlite3_result_text64(out, value.octets().data(), value.octets().size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
    case Value::Type::kBytes:
      return sqlite3_result_blob64(out, value.octets().data(), value.octets().size(),
                                   SQLITE_STATIC);
    case Value::Type::kUnknown:
      return sqlite3_result_null(out);
  }
}

const std::string& Declaration() {
  static const std::string& declaration = *new std::string([] {
    std::string columns = "place";
    for (size_t i = 1; i <= SqliteRows::kMaxColumns; ++i) absl::StrAppend(&columns, ", c", i);
    return absl::StrCat("CREATE TABLE given (", columns, ")");
  }());
  return declaration;
}

}  // namespace

struct SqliteRows::Table : sqlite3_vtab {
  explicit Table(SqliteRows& rows) : sqlite3_vtab{}, rows(rows) {}

  SqliteRows& rows;
};

struct SqliteRows::Cursor : sqlite3_vtab_cursor {
  explicit Cursor(SqliteRows& rows) : sqlite3_vtab_cursor{}, rows(rows) {}

  // Nothing may be thrown through SQLite, which is written in C.
  int Next() {
    row.clear();
    more = false;
    Giving* const giving = rows.giving_;
    if (giving == nullptr) return SQLITE_MISUSE;
    try {
      const absl::StatusOr<bool> next = giving->next_(row);
      giving->status_ = next.status();
      more = next.ok() && *next;
    } catch (...) {
      giving->thrown_ = std::current_exception();
      return SQLITE_ERROR;
    }
    if (more) place = giving->count_++;
    return giving->status_.ok() ? SQLITE_OK : SQLITE_ERROR;
  }

  SqliteRows& rows;
  std::vector<Value> row;
  bool more = false;
  int64_t place = 0;
};

// Without a creator: the table is there on every connection that knows the module.
const sqlite3_module SqliteRows::kModule = {
    .iVersion = 0,
    .xCreate = nullptr,
    .xConnect = [](sqlite3* connection, void* rows, int, const char* const*, sqlite3_vtab** table,
                   char**) -> int {
      const int code = sqlite3_declare_vtab(connection, Declaration().c_str());
      if (code != SQLITE_OK) return code;
      sqlite3_vtab_config(connection, SQLITE_VTAB_DIRECTONLY);  // Not for views and triggers.
      *table = new (std::nothrow) Table(*static_cast<SqliteRows*>(rows));
      return *table == nullptr ? SQLITE_NOMEM : SQLITE_OK;
    },
    .xBestIndex = [](sqlite3_vtab*, sqlite3_index_info* info) -> int {
      info->estimatedRows = 1000;
      info->estimatedCost = 1000;
      return SQLITE_OK;
    },
    .xDisconnect = [](sqlite3_vtab* table) -> int {
      delete static_cast<Table*>(table);
      return SQLITE_OK;
    },
    .xDestroy = nullptr,
    .xOpen = [](sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) -> int {
      *cursor = new (std::nothrow) Cursor(static_cast<Table*>(table)->rows);
      return *cursor == nullptr ? SQLITE_NOMEM : SQLITE_OK;
    },
    .xClose = [](sqlite3_vtab_cursor* cursor) -> int {
      delete static_cast<Cursor*>(cursor);
      return SQLITE_OK;
    },
    .xFilter = [](sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) -> int {
      return static_cast<Cursor*>(cursor)->Next();
    },
    .xNext = [](sqlite3_vtab_cursor* cursor) -> int {
      return static_cast<Cursor*>(cursor)->Next();
    },
    .xEof = [](sqlite3_vtab_cursor* cursor) -> int {
      return static_cast<Cursor*>(cursor)->more ? 0 : 1;
    },
    .xColumn = [](sqlite3_vtab_cursor* cursor, sqlite3_context* out, int column) -> int {
      const Cursor& at = *static_cast<Cursor*>(cursor);
      if (column == 0) {
        sqlite3_result_int64(out, at.place);
      } else if (static_cast<size_t>(column) <= at.row.size()) {
        Tell(at.row[static_cast<size_t>(column) - 1], out);
      }
      return SQLITE_OK;
    },
    .xRowid = [](sqlite3_vtab_cursor* cursor, sqlite3_int64* id) -> int {
      *id = static_cast<Cursor*>(cursor)->place;
      return SQLITE_OK;
    },
};

int SqliteRows::AddTo(sqlite3* connection) {
  Declaration();  // Here, for it may throw.
  return sqlite3_create_module_v2(connection, "given", &kModule, this, nullptr);
}

std::string SqliteRows::Columns(size_t count) {
  std::string columns;
  for (size_t i = 1; i <= count; ++i) absl::StrAppend(&columns, i == 1 ? "c" : ", c", i);
  return columns;
}

SqliteRows::Giving::Giving(SqliteRows& rows, RowSource next) : rows_(rows), next_(next) {
  rows_.giving_ = this;
}

SqliteRows::Giving::~Giving() { rows_.giving_ = nullptr; }

absl::StatusOr<int64_t> SqliteRows::Giving::Count() const {
  if (thrown_) std::rethrow_exception(thrown_);
  if (!status_.ok()) return status_;
  return count_;
}

}  // namespace vg::sql
