// How fieldwork goes.

#ifndef VG_SERVICES_SURVEY_DOMAIN_PROGRESS_H_
#define VG_SERVICES_SURVEY_DOMAIN_PROGRESS_H_

#include <cstdint>
#include <map>

#include "absl/time/civil_time.h"

#include "services/survey/domain/unit.h"

namespace vg::survey {

// Of one role of a wave. Withdrawn responses count in nothing but `withdrawn_responses`.
struct RoleProgress {
  Role role = Role::kSchoolLeader;
  int64_t population_units = 0;
  int64_t complete_units = 0;  // With at least one complete response: net response.
  int64_t started_units = 0;   // With at least one response of any kind: gross response.
  int64_t complete_responses = 0;
  int64_t partial_responses = 0;
  int64_t withdrawn_responses = 0;
  // Responses by the day on which they were accepted, in UTC; days without any are absent.
  std::map<absl::CivilDay, int64_t> by_day;

  friend bool operator==(const RoleProgress&, const RoleProgress&) = default;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_PROGRESS_H_
