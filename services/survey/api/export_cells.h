// What a variable of a data file holds for an answer.

#ifndef VG_SERVICES_SURVEY_API_EXPORT_CELLS_H_
#define VG_SERVICES_SURVEY_API_EXPORT_CELLS_H_

#include <string>

#include "services/survey/domain/variables.h"
#include "voortgang/survey/v1/response.pb.h"

namespace vg::survey {

// One value of a row.
struct Cell {
  enum class Kind { kEmpty, kNumber, kText };
  Kind kind = Kind::kEmpty;
  std::string text;  // As CSV has it.
};

Cell NumberCell(std::string text);
Cell TextCell(std::string text);

// `answer` is null if there is none, which is because the question was not put unless `was_put`.
// Options by their codes, or by their ids if `option_ids`.
Cell CellOf(const Variable& variable, const voortgang::survey::v1::Answer* answer, bool was_put,
            bool option_ids);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_EXPORT_CELLS_H_
