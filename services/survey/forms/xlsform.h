// Reading XLSForm (xlsform.org) into a questionnaire.

#ifndef VG_SERVICES_SURVEY_FORMS_XLSFORM_H_
#define VG_SERVICES_SURVEY_FORMS_XLSFORM_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/survey/domain/questionnaire.h"
#include "services/survey/forms/workbook.h"

namespace vg::survey {

// A remark about a place of a form.
struct FormNote {
  std::string sheet;
  int row = 0;         // From 1; 0: the whole sheet.
  std::string column;  // Its heading; empty: the whole row.
  std::string reason;  // UPPER_SNAKE.
  std::string message;
};

struct ConvertedForm {
  Questionnaire content;
  std::vector<FormNote> faults;    // Without these it would ask or check something else.
  std::vector<FormNote> warnings;  // What was left out or read otherwise.
};

// INVALID_ARGUMENT: NOT_XLSX, TOO_LARGE, NO_SHEET. Faults of the questionnaire itself (see
// CompiledQuestionnaire::Compile) are told at the rows they come from.
absl::StatusOr<ConvertedForm> ReadXlsForm(std::string_view bytes, Role role);

// The same of sheets that are read already; those that are missing are empty.
ConvertedForm ReadFormSheets(std::vector<Sheet> sheets, Role role);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_XLSFORM_H_
