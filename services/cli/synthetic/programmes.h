// Makes up the programmes of schools: what they chose from the menu, how far it is, who consented.

#ifndef VG_SERVICES_CLI_SYNTHETIC_PROGRAMMES_H_
#define VG_SERVICES_CLI_SYNTHETIC_PROGRAMMES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "voortgang/catalogue/v1/catalogue_service.pb.h"
#include "voortgang/registry/v1/school.pb.h"

namespace vg::synthetic {

// The filing of `school` for `school_year` ("2021-2022"), or nothing for the few schools that file
// none. The same arguments give the same filing. What schools choose follows the findings of the
// programme's second report: small groups, teaching assistants, wellbeing, sport and culture most;
// nearly every team and council involved, but consent not everywhere.
std::optional<voortgang::catalogue::v1::ProgrammeFiling> MakeFiling(
    uint64_t seed, const voortgang::registry::v1::School& school,
    const voortgang::catalogue::v1::MenuEdition& menu, std::string_view school_year);

}  // namespace vg::synthetic

#endif  // VG_SERVICES_CLI_SYNTHETIC_PROGRAMMES_H_
