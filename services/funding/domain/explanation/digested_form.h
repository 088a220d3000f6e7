// The canonical form of a scheme, taken apart; see common/digest/digest.h.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_DIGESTED_FORM_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_DIGESTED_FORM_H_

#include <string>
#include <string_view>
#include <vector>

namespace vg::funding {

class DigestedForm {
 public:
  // Without fields if `form` is no canonical form. Keeps no reference to it.
  explicit DigestedForm(std::string_view form = {});

  // Whether there is a record `kind` whose first text is `id` and that holds all of `contents`.
  bool HasRecord(std::string_view kind, std::string_view id,
                 const std::vector<std::string>& contents) const;

 private:
  struct Field {
    char letter = 0;
    std::string bytes;
  };
  std::vector<Field> fields_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_DIGESTED_FORM_H_
