// How far interventions are, and how they came there.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_CHOICE_STATUS_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_CHOICE_STATUS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/status/error.h"
#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// "PLANNED".
std::string_view StatusName(ChoiceStatus status);

// Whether an intervention may go from one status to another.
bool MayFollow(ChoiceStatus from, ChoiceStatus to);

// Of a filing that was read, changed and sent back: another status with the very date and evidence
// of the one that is kept says neither of itself. Nor does the status that is kept with those of
// the one before it: that filing was sent again. Takes both out of `choice`.
void DropKeptDate(const Choice& known, Choice& choice);

// Gives `choice`, as it was filed, the history of `known` (null: it was not chosen before) with
// what the filing adds to it, and the date of its status. Faults with paths that begin with `path`
// ("choices[3]."): ILLEGAL_TRANSITION on "status", STATUS_OUT_OF_ORDER on "status_date",
// TOO_MANY_STATUSES on "status".
std::vector<FieldViolation> Continue(const Choice* known, absl::Time now, const std::string& path,
                                     Choice& choice);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_CHOICE_STATUS_H_
