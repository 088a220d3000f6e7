// Makes spreadsheets for tests.

#ifndef VG_SERVICES_SURVEY_FORMS_TEST_WORKBOOK_H_
#define VG_SERVICES_SURVEY_FORMS_TEST_WORKBOOK_H_

#include <xlsxwriter.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "common/testing/temp_dir.h"

namespace vg::survey {

using TestRows = std::vector<std::vector<std::string>>;

// The bytes of an xlsx file with these sheets of texts. Cells that are empty are left out; those
// that begin with "#" are numbers.
inline std::string MakeWorkbook(const std::vector<std::pair<std::string, TestRows>>& sheets) {
  const TempDir folder;
  const std::string path = folder.path() + "/form.xlsx";
  lxw_workbook* const workbook = workbook_new(path.c_str());
  for (const auto& [name, rows] : sheets) {
    lxw_worksheet* const sheet = workbook_add_worksheet(workbook, name.c_str());
    for (size_t row = 0; row < rows.size(); ++row) {
      for (size_t column = 0; column < rows[row].size(); ++column) {
        const std::string& text = rows[row][column];
        if (text.starts_with('#')) {
          worksheet_write_number(sheet, row, column, std::stod(text.substr(1)), nullptr);
        } else if (!text.empty()) {
          worksheet_write_string(sheet, row, column, text.c_str(), nullptr);
        }
      }
    }
  }
  workbook_close(workbook);
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_TEST_WORKBOOK_H_
