// A sheet of an XLSForm: rows under headings, some of them in several languages.

#ifndef VG_SERVICES_SURVEY_FORMS_FORM_TABLE_H_
#define VG_SERVICES_SURVEY_FORMS_FORM_TABLE_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/survey/domain/questionnaire.h"
#include "services/survey/forms/workbook.h"

namespace vg::survey {

class FormTable {
 public:
  FormTable() = default;
  // Text without a language is in `default_language`, "nl" or "en", where no other column has that
  // language.
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
  // Headings, as written, of columns that say what another one says already.
  const std::vector<std::string>& doubles() const { return doubles_; }
  // Whether all texts under this heading are English, so that Text() has nothing else.
  bool IsEnglishOnly(std::string_view column) const;

 private:
  Sheet sheet_;
  std::map<std::string, int, std::less<>> columns_;
  std::vector<std::string> doubles_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_FORM_TABLE_H_
