// The sheet "choices" of a form that is being written.

#ifndef VG_SERVICES_SURVEY_FORMS_CHOICE_LISTS_H_
#define VG_SERVICES_SURVEY_FORMS_CHOICE_LISTS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/survey/domain/questionnaire.h"
#include "services/survey/forms/workbook.h"

namespace vg::survey {

// Questions with the same options share a list.
class ChoiceLists {
 public:
  // The name of the list of `options`; a new one is called after `question`.
  const std::string& Add(const std::vector<Option>& options, const std::string& question);
  // Whether a column can be called so.
  static bool MayBeColumn(std::string_view attribute);

  Sheet ToSheet() const;

 private:
  std::map<std::string, std::string> names_;  // By what the options say.
  std::vector<std::pair<std::string, const std::vector<Option>*>> lists_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_CHOICE_LISTS_H_
