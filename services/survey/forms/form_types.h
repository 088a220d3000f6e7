// What the column "type" of a form says, and words for yes and no.

#ifndef VG_SERVICES_SURVEY_FORMS_FORM_TYPES_H_
#define VG_SERVICES_SURVEY_FORMS_FORM_TYPES_H_

#include <string>
#include <string_view>

namespace vg::survey {

struct FormType {
  std::string word;  // "select_one"
  std::string list;  // Of choices.
  bool or_other = false;
};

// "select_one yes_no or_other", "begin group".
FormType ReadFormType(std::string_view text);

// Whether a row of this type asks nothing.
bool IsMetadata(std::string_view word);

bool SaysYes(std::string_view text);
bool SaysNo(std::string_view text);  // Also where it says nothing.

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_FORM_TYPES_H_
