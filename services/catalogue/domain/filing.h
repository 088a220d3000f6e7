// What a filing or a decision of a council makes of a programme.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_FILING_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_FILING_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// A programme as a school or its board hands it in. It has been checked.
struct Filing {
  ProgrammeKey key;
  Plan plan;
  std::vector<Consent> consents;  // To record with it, oldest first.
};

// The programme after `filing`; nothing if the filing says what `stored` (null: there is none) says
// already. Decisions that are recorded already are left as they are, those that the filing does not
// mention stay. INVALID_ARGUMENT, TOO_MANY_CONSENTS.
absl::StatusOr<std::optional<Programme>> Apply(const Filing& filing, const Programme* stored,
                                               absl::Time now);

// The programme after the decision; nothing if it is recorded already. INVALID_ARGUMENT,
// TOO_MANY_CONSENTS.
absl::StatusOr<std::optional<Programme>> Record(const Consent& consent, const Programme& stored,
                                                absl::Time now);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_FILING_H_
