// Figures that are counted, not estimated: money and response.

#ifndef VG_SERVICES_REPORT_PEERS_PLAIN_FIGURES_H_
#define VG_SERVICES_REPORT_PEERS_PLAIN_FIGURES_H_

#include <string>

#include "absl/status/statusor.h"

#include "services/report/domain/figure.h"
#include "services/report/peers/sources.h"

namespace vg::report {

// Amounts of the run "runs/{run}", by component.
Figure AllocationFigure(const std::string& run, const RunFacts& facts);

// Where the money of a grant is: granted, paid, spent, remaining.
Figure BooksFigure(const std::string& grant, const BooksFacts& facts);

// What was spent of a grant, in a year or in all, by category.
Figure SpendingFigure(const SpendingSource& source, const SpendingFacts& facts);

// The share of units that answered, by role.
absl::StatusOr<Figure> ResponseFigure(const std::string& wave, const WaveFacts& facts);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PEERS_PLAIN_FIGURES_H_
