// Whether an edition of the menu is right.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_CHECK_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_CHECK_H_

#include <set>
#include <string>
#include <vector>

#include "common/status/error.h"
#include "services/catalogue/domain/menu.h"

namespace vg::catalogue {

// What is wrong with `edition` beyond its single fields, with paths such as
// "interventions[3].category"; the reasons are those of PublishMenuEdition. Empty if it is right.
std::vector<FieldViolation> CheckEdition(const MenuEdition& edition);

// UNKNOWN_PREDECESSOR for whatever `edition` replaces that is not among `former`, the ids of the
// interventions of all editions before it. What is STILL_ON_MENU is not told again.
std::vector<FieldViolation> CheckPredecessors(const MenuEdition& edition,
                                              const std::set<std::string>& former);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_MENU_CHECK_H_
