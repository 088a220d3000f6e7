// Rows that the program makes one after the other, as a table that statements of SQLite can read.
// One statement takes them all in, for beginning and ending one for each row costs about as much as
// what it does.

#ifndef VG_COMMON_SQL_SQLITE_ROWS_H_
#define VG_COMMON_SQL_SQLITE_ROWS_H_

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/sql/transaction.h"

namespace vg::sql {

// The table `given` of one connection, as a virtual table (https://www.sqlite.org/vtab.html): the
// columns c1, c2, … that RowSource fills, and `place`, which counts rows from 0. What it holds can
// be read once, by one statement at a time.
class SqliteRows {
 public:
  static constexpr size_t kMaxColumns = 64;

  SqliteRows() = default;
  SqliteRows(const SqliteRows&) = delete;
  SqliteRows& operator=(const SqliteRows&) = delete;

  // Once, for a connection that does not outlive this. SQLite's code.
  int AddTo(sqlite3* connection);

  // "c1, c2, c3".
  static std::string Columns(size_t count);

  // What `next` gives is in the table for as long as this lives.
  class Giving {
   public:
    Giving(SqliteRows& rows, RowSource next);
    ~Giving();
    Giving(const Giving&) = delete;
    Giving& operator=(const Giving&) = delete;

    // How many rows were given, or what `next` failed with, which has failed the statement too.
    // Throws what `next` threw.
    absl::StatusOr<int64_t> Count() const;

   private:
    friend class SqliteRows;

    SqliteRows& rows_;
    const RowSource next_;
    absl::Status status_;
    std::exception_ptr thrown_;
    int64_t count_ = 0;
  };

 private:
  struct Table;
  struct Cursor;
  static const sqlite3_module kModule;

  Giving* giving_ = nullptr;
};

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_SQLITE_ROWS_H_
