// A sheet of an XLSForm: rows under headings, some of them in several languages.

#ifndef VG_SERVICES_SURVEY_FORMS_FORM_TABLE_H_
#define VG_SERVICES_SURVEY_FORMS_FORM_TABLE_H_

#include <map>
#include <string>
#include <string_view>

#include "services/survey/domain/questionnaire.h"
#include "services/survey/forms/workbook.h"

namespace vg::survey {

class FormTable {
 public:
  FormTable() = default;
  // Text without a language is in `default_language`, "nl" or "en".
  FormTable(Sheet sheet, std::string_view default_language);

  // Rows below the headings, from 1 as spreadsheets count the first of them 2.
  int first_row() const { return 2; }
  int last_row() const { return static_cast<int>(sheet_.rows.size()); }
  bool IsBlank(int row) const;
  bool Has(std::string_view column) const { return columns_.contains(column); }
  // Empty if there is no such column. Headings in lower case: "relevant".
  std::string_view Get(int row, std::string_view column) const;
  // Dutch and English; where only one is there, `nl` has it.
  LocalizedText Text(int row, std::string_view column) const;
  // Columns by heading ("province", "label::nl").
  const std::map<std::string, int, std::less<>>& columns() const { return columns_; }

 private:
  Sheet sheet_;
  std::map<std::string, int, std::less<>> columns_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_FORM_TABLE_H_
