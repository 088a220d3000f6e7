#include "common/sql/postgres_binary.h"

#include "absl/base/internal/endian.h"
#include "absl/strings/str_cat.h"

namespace vg::sql {
namespace {

// Types by their fixed numbers in PostgreSQL's catalogue.
struct ArrayType {
  uint32_t element;
  unsigned array;
  std::string_view name;
};

ArrayType ArrayOf(Value::Type type) {
  switch (type) {
    case Value::Type::kInt64:
      return {20, 1016, "bigint[]"};
    case Value::Type::kBytes:
      return {17, 1001, "bytea[]"};
    default:
      return {25, 1009, "text[]"};
  }
}

}  // namespace

void AppendInt16(int16_t number, std::string& out) {
  char octets[sizeof(number)];
  absl::big_endian::Store16(octets, static_cast<uint16_t>(number));
  out.append(octets, sizeof(octets));
}

void AppendInt32(int32_t number, std::string& out) {
  char octets[sizeof(number)];
  absl::big_endian::Store32(octets, static_cast<uint32_t>(number));
  out.append(octets, sizeof(octets));
}

void AppendCell(const Value& value, std::string& out) {
  if (value.is_null()) return AppendInt32(-1, out);
  if (value.type() != Value::Type::kInt64) {
    AppendInt32(static_cast<int32_t>(value.octets().size()), out);
    out.append(value.octets());
    return;
  }
  char octets[sizeof(int64_t)];
  absl::big_endian::Store64(octets, static_cast<uint64_t>(value.number()));
  AppendInt32(sizeof(octets), out);
  out.append(octets, sizeof(octets));
}

absl::Status ColumnArrays::Add(std::span<const Value> row) {
  if (row.size() != columns_.size()) {
    return absl::InternalError(
        absl::StrCat(row.size(), " values for ", columns_.size(), " columns"));
  }
  for (size_t i = 0; i < row.size(); ++i) {
    Column& column = columns_[i];
    if (rows_ == 0) column.type = row[i].type();
    if (row[i].type() != column.type || column.type == Value::Type::kUnknown) {
      return absl::InternalError(absl::StrCat("the values of column ", i, " differ in type"));
    }
    column.has_nulls |= row[i].is_null();
    AppendCell(row[i], column.cells);
  }
  ++rows_;
  return absl::OkStatus();
}

unsigned ColumnArrays::TypeNumber(size_t column) const {
  return ArrayOf(columns_[column].type).array;
}

std::string_view ColumnArrays::TypeName(size_t column) const {
  return ArrayOf(columns_[column].type).name;
}

// The head: one dimension, whether there are nulls, the elements' type, how many, and that they
// count from 1.
std::string_view ColumnArrays::Finish(size_t column) {
  Column& done = columns_[column];
  const uint32_t head[] = {1, done.has_nulls ? 1u : 0u, ArrayOf(done.type).element,
                           static_cast<uint32_t>(rows_), 1};
  static_assert(sizeof(head) == kHead);
  for (size_t i = 0; i < std::size(head); ++i) {
    absl::big_endian::Store32(done.cells.data() + i * sizeof(uint32_t), head[i]);
  }
  return done.cells;
}

}  // namespace vg::sql
