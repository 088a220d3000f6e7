// Drawing samples that anybody can draw again.

#ifndef VG_SERVICES_SURVEY_DOMAIN_DRAW_H_
#define VG_SERVICES_SURVEY_DOMAIN_DRAW_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/survey/domain/sample.h"
#include "services/survey/domain/unit.h"

namespace vg::survey {

struct DrawPlan {
  Role role = Role::kSchoolLeader;
  Attributes where;                           // Of the units to draw from.
  std::vector<std::string> stratify_by;       // Attributes; none: one stratum without a name.
  int64_t size = 0;                           // In proportion to the strata; 0: by allocation.
  std::map<std::string, int64_t> allocation;  // By stratum.
  std::string seed;
  // Draw clusters first, and units out of those: units with the same value of this attribute are a
  // cluster, a unit without one is a cluster of its own. `size` and `allocation` count clusters.
  std::string cluster_by;
  int64_t units_per_cluster = 0;  // All of smaller ones; 0: all of all.
};

// A sample, as one message holds it.
inline constexpr size_t kMostSampleUnits = 10'000;

// Draws from those of `units` that the role could be asked about. In each stratum those come first
// whose SHA-256 over "{seed} {unit}" comes first; each stands for N / n of the stratum. In two
// stages the same is done with clusters, by their names, and then within each that was drawn; a
// unit stands for the product of both.
// INVALID_ARGUMENT: REQUIRED (no size), UNKNOWN_ATTRIBUTE, UNKNOWN_STRATUM, POPULATION_TOO_SMALL,
// CLUSTER_IN_TWO_STRATA, TOO_MANY.
absl::StatusOr<Sample> Draw(const DrawPlan& plan, const std::vector<Unit>& units);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_DRAW_H_
