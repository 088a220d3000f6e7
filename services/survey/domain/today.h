// The day that rules call today().

#ifndef VG_SERVICES_SURVEY_DOMAIN_TODAY_H_
#define VG_SERVICES_SURVEY_DOMAIN_TODAY_H_

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace vg::survey {

// The day in the European Netherlands on which a response is accepted. It stays that day when rules
// are evaluated again: for exports, for corrections, and when the same response is sent again.
//
// Summer time is that of Directive 2000/84/EC (from 01:00 UTC on the last Sunday of March to that
// of October), so that the answer depends on no files of the machine.
absl::CivilDay TodayAt(absl::Time accept_time);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_TODAY_H_
