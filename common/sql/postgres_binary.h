// Values in PostgreSQL's binary formats. Internal to common/sql.

#ifndef VG_COMMON_SQL_POSTGRES_BINARY_H_
#define VG_COMMON_SQL_POSTGRES_BINARY_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "common/sql/value.h"

namespace vg::sql {

// COPY's binary format: every {int} column is a BIGINT, so that values need no look at the table.
inline constexpr std::string_view kCopyHead("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);

void AppendInt16(int16_t number, std::string& out);
void AppendInt32(int32_t number, std::string& out);
// The length and the value, as COPY and arrays have them.
void AppendCell(const Value& value, std::string& out);

// Rows turned into one array per column: what unnest() turns back into rows.
class ColumnArrays {
 public:
  explicit ColumnArrays(size_t columns) : columns_(columns) {}

  // INTERNAL if the row does not have the columns of those before it, or a null without a type.
  absl::Status Add(std::span<const Value> row);

  size_t rows() const { return rows_; }
  size_t columns() const { return columns_.size(); }

  // After the last row: the number of the array's type in PostgreSQL's catalogue, its name, and the
  // array itself, which lives as long as this object.
  unsigned TypeNumber(size_t column) const;
  std::string_view TypeName(size_t column) const;
  std::string_view Finish(size_t column);

 private:
  struct Column {
    Value::Type type = Value::Type::kUnknown;
    bool has_nulls = false;
    std::string cells = std::string(kHead, '\0');  // After room for the array's head.
  };
  static constexpr size_t kHead = 20;

  std::vector<Column> columns_;
  size_t rows_ = 0;
};

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_POSTGRES_BINARY_H_
