// Fetches the figures of a plan.

#ifndef VG_SERVICES_REPORT_PEERS_GATHER_H_
#define VG_SERVICES_REPORT_PEERS_GATHER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/concurrency/parallel.h"
#include "services/report/domain/edition.h"
#include "services/report/domain/figure.h"
#include "services/report/domain/plan.h"
#include "services/report/peers/sources.h"

namespace vg::report {

struct Gathered {
  std::vector<Figure> figures;  // In the order of the plan.
  std::vector<Input> inputs;
};

// All figures of `plan`, which has passed Check, with what they were computed from. Tables of one
// indicator are protected together and published under the name `publication`, or as the caller may
// see them if that is empty. All are of one moment: if the indicators move on in between, it begins
// again. FAILED_PRECONDITION (FOLDING) if they are behind or do not come to rest; INVALID_ARGUMENT
// (NO_WAVE) for an indicator on responses without a wave; otherwise what the sources answer, with
// the place in the plan.
absl::StatusOr<Gathered> Gather(const EditionPlan& plan, const std::string& publication,
                                Sources& sources, ForEach for_each);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PEERS_GATHER_H_
