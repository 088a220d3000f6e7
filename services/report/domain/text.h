// Text in the two languages of the programme.

#ifndef VG_SERVICES_REPORT_DOMAIN_TEXT_H_
#define VG_SERVICES_REPORT_DOMAIN_TEXT_H_

#include <string>

#include "common/numeric/format.h"

namespace vg::report {

struct LocalizedText {
  std::string nl;
  std::string en;  // Empty: there is none, and the Dutch is read.

  const std::string& In(Language language) const {
    return language == Language::kEnglish && !en.empty() ? en : nl;
  }
  bool empty() const { return nl.empty() && en.empty(); }
  friend bool operator==(const LocalizedText&, const LocalizedText&) = default;
};

inline constexpr Language kLanguages[] = {Language::kDutch, Language::kEnglish};

// "nl", "en": in addresses, file names and the lang attribute.
inline const char* CodeOf(Language language) { return language == Language::kDutch ? "nl" : "en"; }

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_TEXT_H_
