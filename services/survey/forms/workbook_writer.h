// Writing spreadsheets (xlsx) of texts.

#ifndef VG_SERVICES_SURVEY_FORMS_WORKBOOK_WRITER_H_
#define VG_SERVICES_SURVEY_FORMS_WORKBOOK_WRITER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/survey/forms/workbook.h"

namespace vg::survey {

// The bytes of a file with these sheets; the first row of each stays in view. Empty cells are left
// out. INTERNAL if the machine lacks memory or room for temporary files.
absl::StatusOr<std::string> WriteWorkbook(const std::vector<Sheet>& sheets);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_WORKBOOK_WRITER_H_
