// Ids for the names of a form.

#ifndef VG_SERVICES_SURVEY_FORMS_FORM_NAMES_H_
#define VG_SERVICES_SURVEY_FORMS_FORM_NAMES_H_

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace vg::survey {

// Names in, ids out: a name that may be an id stays as it is, others are brought into form, the
// same way every time. Different names have different ids.
class FormNames {
 public:
  // Of questions ids begin with a letter and are no words that rules keep for themselves.
  explicit FormNames(bool questions) : questions_(questions) {}

  // Call it for all names first, so that no other name takes an id that one has already.
  void Reserve(std::string_view name);
  const std::string& IdOf(std::string_view name);

 private:
  bool IsId(std::string_view name) const;

  const bool questions_;
  std::map<std::string, std::string, std::less<>> ids_;
  std::set<std::string> taken_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_FORM_NAMES_H_
