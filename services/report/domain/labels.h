// Words for ids that readers would not know.

#ifndef VG_SERVICES_REPORT_DOMAIN_LABELS_H_
#define VG_SERVICES_REPORT_DOMAIN_LABELS_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "services/report/domain/text.h"

namespace vg::report {

// Words by id.
using Words = std::map<std::string, LocalizedText, std::less<>>;

// The total of a breakdown.
LocalizedText TotalLabel();

// An attribute of the register: "Provincie".
LocalizedText AttributeLabel(const std::string& attribute);

// A value of an attribute of the register. `municipalities` may be empty unless `attribute` is
// "municipality".
LocalizedText GroupLabel(std::string_view attribute, const std::string& value,
                         const Words& municipalities);

// A category of the menu (doelgebied) by its letter.
LocalizedText SpendingCategoryLabel(const std::string& letter);

// A study whose figures make up an annex: a role as below, "money", "fieldwork".
LocalizedText StudyLabel(const std::string& study);

// Who answered, in the plural: "school_leader", …, "programme".
LocalizedText RespondentsLabel(std::string_view role);

// A unit of measurement as indicators name it: "hours"; its own name if it has no other.
LocalizedText UnitLabel(const std::string& unit);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_LABELS_H_
