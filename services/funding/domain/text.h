// Text in the languages of the programme.

#ifndef VG_SERVICES_FUNDING_DOMAIN_TEXT_H_
#define VG_SERVICES_FUNDING_DOMAIN_TEXT_H_

#include <string>

#include "common/numeric/format.h"

namespace vg::funding {

// Dutch, and English where there is one.
struct Text {
  std::string nl;
  std::string en;

  // Readers without an English text get the Dutch.
  const std::string& In(Language language) const {
    return language == Language::kEnglish && !en.empty() ? en : nl;
  }
  friend bool operator==(const Text&, const Text&) = default;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_TEXT_H_
