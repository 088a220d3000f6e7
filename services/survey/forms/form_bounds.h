// Constraints and parameters that say no more than the bounds of a type of question.

#ifndef VG_SERVICES_SURVEY_FORMS_FORM_BOUNDS_H_
#define VG_SERVICES_SURVEY_FORMS_FORM_BOUNDS_H_

#include <string>
#include <string_view>

#include "services/survey/domain/questionnaire.h"

namespace vg::survey {

// ". >= 0 and . <= 5000" of a number, "count-selected(.) <= 3" of a multiple choice or a ranking
// and "string-length(.) <= 200" of a text become its bounds, also where more follows after "and".
// What follows, or all of `constraint` if it does not begin with bounds.
std::string TakeBounds(std::string_view constraint, QuestionType& type);
// The same of `stated` alone, where `constraint` is that and more after "and".
std::string TakeStatedBounds(std::string_view constraint, std::string_view stated,
                             QuestionType& type);

// Leaves it to `constraint` how long a text may be, where that is longer than others may be.
void LeaveLength(std::string_view constraint, QuestionType& type);

// "start=0 end=10 step=0.1". False if it cannot be said here.
bool ReadRange(std::string_view parameters, NumberInput& number);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_FORM_BOUNDS_H_
