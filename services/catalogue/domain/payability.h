// Whether what a school chose may be paid from a grant at the time, as far as the menu says.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_PAYABILITY_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_PAYABILITY_H_

#include <vector>

#include "services/catalogue/domain/menu.h"
#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// NOT_PAYABLE on "choices[3]": the menu names the grants from which the intervention may be paid,
// and none of them on any day of the planned period; without one, of the school year (1 August to
// 31 July). The key and plan have been checked.
std::vector<Finding> FindNotPayable(const ProgrammeKey& key, const Plan& plan, const Menu& menu);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_PAYABILITY_H_
