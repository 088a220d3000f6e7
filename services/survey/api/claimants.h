// Whose response it is, by who calls.

#ifndef VG_SERVICES_SURVEY_API_CLAIMANTS_H_
#define VG_SERVICES_SURVEY_API_CLAIMANTS_H_

#include <string>
#include <string_view>

#include "common/auth/principal.h"
#include "services/survey/storage/claimant.h"

namespace vg::survey {

// What is kept of who handed a response in: a digest of the caller's name, 22 characters. Empty on
// a server that runs open.
std::string SubmitterOf(const auth::Principal& caller);

// Whoever may do what is there for one of `all` may touch every response.
Claimant ClaimantOf(const auth::Principal& caller, std::string_view invitation_token,
                    auth::Roles all);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_CLAIMANTS_H_
