// Attributes as one column of text: every name and value with its length before it,
// "8:province7:Utrecht". Lists of texts alike.

#ifndef VG_SERVICES_SURVEY_STORAGE_ATTRIBUTES_TEXT_H_
#define VG_SERVICES_SURVEY_STORAGE_ATTRIBUTES_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "services/survey/domain/unit.h"

namespace vg::survey {

std::string ToText(const std::vector<std::string>& items);
std::string ToText(const Attributes& attributes);

// What was written by ToText; stops at what was not.
std::vector<std::string> ListFromText(std::string_view text);
Attributes AttributesFromText(std::string_view text);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_ATTRIBUTES_TEXT_H_
