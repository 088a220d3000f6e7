// What deserves attention in a programme as it is handed in, and refuses nothing.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_PLAN_WARNINGS_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_PLAN_WARNINGS_H_

#include <vector>

#include "services/catalogue/domain/menu.h"
#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// EDITION_NOT_VALID, STEPS_OUT_OF_ORDER and NOT_PAYABLE; Programme.warnings says what they mean.
// The key and plan have been checked against `menu`, the edition that the plan names.
std::vector<Finding> WarningsOf(const ProgrammeKey& key, const Plan& plan, const Menu& menu);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_PLAN_WARNINGS_H_
