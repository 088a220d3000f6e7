// Finding the columns of a file by name, whatever this year's spelling is.
//
// Names are compared without case, and with blanks, underscores, hyphens and full stops taken as
// nothing: "BRIN NUMMER", "BRIN_NUMMER" and "Brin nummer " are one name.

#ifndef VG_COMMON_TEXT_HEADER_H_
#define VG_COMMON_TEXT_HEADER_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace vg {

struct Column {
  std::string_view name;                  // As messages call it.
  std::vector<std::string_view> aliases;  // Other spellings; the first that is found counts.
  bool required = true;
};

// The form in which names are compared: "brinnummer".
std::string NormalizeHeader(std::string_view name);

// Where each wanted column is.
class ColumnIndex {
 public:
  static constexpr int kNone = -1;

  // Looks for each of `columns` in `header` (CsvRow::cells or CsvParser::header). Columns of the
  // file that are not wanted are passed over. INVALID_ARGUMENT with one violation per missing
  // required column (MISSING_COLUMN, with the nearest name that is there) and per column that is
  // there twice (DUPLICATE_COLUMN).
  static absl::StatusOr<ColumnIndex> Match(std::span<const std::string_view> header,
                                           std::span<const Column> columns);
  static absl::StatusOr<ColumnIndex> Match(const std::vector<std::string>& header,
                                           std::span<const Column> columns) {
    return Match(std::vector<std::string_view>(header.begin(), header.end()), columns);
  }

  // 0-based position in the file of the wanted column number `column`, or kNone.
  int position(size_t column) const { return positions_[column]; }
  bool has(size_t column) const { return positions_[column] != kNone; }

  // The cell of wanted column `column`; empty if the file has no such column.
  std::string_view Cell(std::span<const std::string_view> cells, size_t column) const {
    const int at = positions_[column];
    return at == kNone || static_cast<size_t>(at) >= cells.size() ? std::string_view() : cells[at];
  }

 private:
  std::vector<int> positions_;
};

}  // namespace vg

#endif  // VG_COMMON_TEXT_HEADER_H_
