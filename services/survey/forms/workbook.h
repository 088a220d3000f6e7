// A spreadsheet (xlsx) as text cells.
//
// libzip opens the container and pugixml its parts; what a cell says is put together here. Nothing
// of a file is trusted: sizes are checked before anything is unpacked.

#ifndef VG_SERVICES_SURVEY_FORMS_WORKBOOK_H_
#define VG_SERVICES_SURVEY_FORMS_WORKBOOK_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace vg::survey {

struct WorkbookLimits {
  static constexpr size_t kBytes = 8 << 20;       // Of the file.
  static constexpr size_t kPartBytes = 16 << 20;  // Of one part, unpacked.
  static constexpr int kRows = 10'000;
  static constexpr int kColumns = 200;
};

struct Sheet {
  std::string name;
  // rows[0] is row 1. Rows are as long as their last cell that is not empty; rows at the end that
  // are empty are left out. Cells are UTF-8 without blanks at either end: texts, numbers in their
  // shortest form with a point, TRUE and FALSE, days as 2022-01-17, of formulas the stored result.
  std::vector<std::vector<std::string>> rows;

  // Empty beyond what is there. Both from 0.
  std::string_view Cell(size_t row, size_t column) const;
};

// Those of the sheets `wanted` that the file has, whatever their case, in the order of the file.
// INVALID_ARGUMENT: NOT_XLSX (with what is wrong), TOO_LARGE.
absl::StatusOr<std::vector<Sheet>> ReadWorkbook(std::string_view bytes,
                                                std::span<const std::string_view> wanted);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_WORKBOOK_H_
