// The lists of choices of a form.

#ifndef VG_SERVICES_SURVEY_FORMS_FORM_CHOICES_H_
#define VG_SERVICES_SURVEY_FORMS_FORM_CHOICES_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/survey/forms/form_names.h"
#include "services/survey/forms/form_table.h"
#include "services/survey/forms/xlsform.h"

namespace vg::survey {

// One id per name in all lists and columns, so that values of columns can be held against answers.
class FormChoices {
 public:
  explicit FormChoices(const FormTable& sheet);

  // Null if there is none.
  const std::vector<Option>* Find(std::string_view list) const;
  // Ids by name.
  std::map<std::string, std::string> IdsOf(std::string_view list) const;
  // Labels by name, where they are in one language; otherwise nothing.
  std::map<std::string, std::string> LabelsOf(std::string_view list) const;
  bool HasAttribute(std::string_view column) const { return attributes_.contains(column); }
  // Whether the column, or "name", has values whose ids are not their names.
  bool IsRenamed(std::string_view column) const { return renamed_.contains(column); }
  // Of an option or a value of a column; what is neither stays as it is.
  std::string IdOf(std::string_view name) const;

  std::vector<FormNote> TakeFaults() { return std::move(faults_); }
  std::vector<FormNote> TakeWarnings() { return std::move(warnings_); }

 private:
  FormNames ids_{/*questions=*/false};
  std::map<std::string, std::string, std::less<>> known_;
  std::map<std::string, std::vector<Option>, std::less<>> lists_;
  std::map<std::string, std::map<std::string, std::string>, std::less<>> names_;
  std::set<std::string, std::less<>> attributes_, renamed_;
  std::vector<FormNote> faults_, warnings_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_FORM_CHOICES_H_
