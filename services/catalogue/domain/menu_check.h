// Whether an edition of the menu is right.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_CHECK_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_CHECK_H_

#include <vector>

#include "common/status/error.h"
#include "services/catalogue/domain/menu.h"

namespace vg::catalogue {

// What is wrong with `edition` beyond its single fields, with paths such as
// "interventions[3].category"; the reasons are those of PublishMenuEdition. Empty if it is right.
std::vector<FieldViolation> CheckEdition(const MenuEdition& edition);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_MENU_CHECK_H_
