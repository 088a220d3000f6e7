// Writing a questionnaire as an XLSForm.

#ifndef VG_SERVICES_SURVEY_FORMS_FORM_WRITER_H_
#define VG_SERVICES_SURVEY_FORMS_FORM_WRITER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/questionnaire.h"
#include "services/survey/forms/workbook.h"
#include "services/survey/forms/xlsform.h"

namespace vg::survey {

struct WrittenForm {
  std::vector<Sheet> sheets;       // "survey", "choices" and "settings".
  std::vector<FormNote> faults;    // Rules that are left out: it asks or checks something else.
  std::vector<FormNote> warnings;  // What is said otherwise.
};

// Columns that XLSForm does not know (unit, decimals, not_applicable, bounds, min_instances,
// max_instances, missing) carry what it cannot say; other programs pass over them, ReadXlsForm
// reads them back. `compiled` is that of `questionnaire`; `id` and `version` name the form.
WrittenForm WriteForm(const Questionnaire& questionnaire, const CompiledQuestionnaire& compiled,
                      const std::string& id, const std::string& version);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_FORM_WRITER_H_
