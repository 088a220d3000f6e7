// What can be wrong with a programme as it is handed in, as far as it shows without what is kept.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_PLAN_CHECK_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_PLAN_CHECK_H_

#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

#include "common/status/error.h"
#include "services/catalogue/domain/menu.h"
#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// Whether `year` is two years that follow each other: "2021-2022".
bool IsSchoolYear(std::string_view year);

// BAD_SCHOOL, BAD_YEAR on "name". Whether the school exists is the registry's to know.
std::vector<FieldViolation> CheckKey(const ProgrammeKey& key);

// What of the plan does not go with `menu`, the edition that it names, with itself or with `today`,
// with paths such as "choices[3].intervention". SubmitProgramme lists the codes.
std::vector<FieldViolation> CheckPlan(const ProgrammeKey& key, const Plan& plan, const Menu& menu,
                                      absl::CivilDay today);

// CONSENT_IN_FUTURE on "date".
std::vector<FieldViolation> CheckConsent(const Consent& consent, absl::CivilDay today);

// Whether a reason for stopping is given where there is one: NO_STOP_REASON, NOT_STOPPED on
// `field`.
std::vector<FieldViolation> CheckStopReason(ChoiceStatus status, std::string_view reason,
                                            const std::string& field);

// DATE_IN_FUTURE on `field`.
std::vector<FieldViolation> CheckPast(absl::CivilDay date, absl::CivilDay today,
                                      const std::string& field);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_PLAN_CHECK_H_
