// A CSV file with named columns, of which rows that are wrong are refused one by one.

#ifndef VG_SERVICES_FUNDING_FILES_ROW_FILE_H_
#define VG_SERVICES_FUNDING_FILES_ROW_FILE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

#include "common/numeric/money.h"
#include "common/text/csv.h"
#include "common/text/header.h"
#include "services/funding/domain/refused_row.h"

namespace vg::funding {

// The cells of one row by the number of their column. Lives as long as the visit of the row.
class NamedCells {
 public:
  NamedCells(const ColumnIndex& index, std::span<const Column> columns, const CsvRow& row)
      : index_(index), columns_(columns), row_(row) {}

  int64_t line() const { return row_.line; }
  // Empty if the file has no such column.
  std::string_view Text(size_t column) const { return index_.Cell(row_.cells, column); }
  std::string_view name(size_t column) const { return columns_[column].name; }

  // INVALID_ARGUMENT on the column's name: REQUIRED, IMPOSSIBLE_DATE, BAD_AMOUNT.
  absl::StatusOr<std::string> Required(size_t column) const;
  absl::StatusOr<absl::CivilDay> Day(size_t column) const;
  // Absent if the cell is empty.
  absl::StatusOr<std::optional<absl::CivilDay>> OptionalDay(size_t column) const;
  // "1250.50", "1250,50", "-3.00": cents are written with a point or a comma, thousands not at all.
  absl::StatusOr<Money> Amount(size_t column, Currency currency) const;
  absl::Status Wrong(size_t column, std::string_view reason, std::string sentence) const;

 private:
  const ColumnIndex& index_;
  const std::span<const Column> columns_;
  const CsvRow& row_;
};

// Reads such a file as its bytes arrive. Not thread-safe.
class RowFile {
 public:
  // The status says what is wrong with the row; the reading goes on.
  using Visit = std::function<absl::Status(const NamedCells& cells)>;

  // `columns` outlive the reader.
  RowFile(std::span<const Column> columns, Visit visit);
  RowFile(const RowFile&) = delete;
  RowFile& operator=(const RowFile&) = delete;

  // INVALID_ARGUMENT for what ends the reading: no header, a column that must be there and is not,
  // a quote without end, an encoding that is not known. RESOURCE_EXHAUSTED, FILE_TOO_LARGE above
  // kMaxBytes.
  absl::Status Feed(std::string_view bytes);
  absl::Status Finish();

  int64_t rows() const { return parser_.rows(); }
  const RefusedRows& refused() const { return refused_; }

  static constexpr int64_t kMaxBytes = int64_t{64} << 20;

 private:
  CsvParser::Handlers Handlers();

  const std::span<const Column> columns_;
  const Visit visit_;
  std::optional<ColumnIndex> index_;
  RefusedRows refused_;
  CsvParser parser_;
  int64_t bytes_ = 0;
};

// RESOURCE_EXHAUSTED, FILE_TOO_LARGE.
absl::Status FileTooLarge(int64_t most_bytes);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_FILES_ROW_FILE_H_
