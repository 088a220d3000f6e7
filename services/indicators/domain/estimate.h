// Figures from sums: by group, by category, with what may not be shown hidden.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/numeric/exact.h"
#include "services/indicators/domain/columns.h"
#include "services/indicators/domain/measure.h"
#include "services/indicators/domain/protection.h"

namespace vg::indicators {

enum class EstimateState { kPublished, kSuppressed, kEmpty };

// One figure. Suppressed, it holds no number.
struct Estimate {
  Group group;           // Empty for the total.
  std::string category;  // Empty for a proportion or mean.
  EstimateState state = EstimateState::kEmpty;
  std::optional<Exact> value;  // A share, or a mean; exact.
  int64_t n = 0;               // Records that count.
  int64_t unit_count = 0;      // Units they belong to.
  int64_t positive_count = 0;  // Records for which the category or condition holds; 0 for a mean.
};

// The total, then every group in the order of its values that has records, each with every
// category. `categories` gives the order of categories; those it does not name follow by id. For a
// proportion or mean there is one row per group.
std::vector<Estimate> Tabulate(const Rules& rules, const std::vector<std::string>& categories,
                               const UnitFigures& figures);

// The sums of one unit in one category, and the group it is in.
struct GroupedSums {
  Group group;
  std::string category;
  Sums sums;
  int unit = 0;
  bool filtered_out = false;  // Only there to protect the others.
};

// All that `figures` holds, row by row, those that the filter leaves out too.
std::vector<GroupedSums> RowsOf(const UnitFigures& figures);

// Hides in `table`, made of `rows`, what may not be shown; see Protection. `areas` has one entry
// per attribute. A hidden group is hidden in all its categories.
void Protect(const Rules& rules, std::vector<Areas> areas, const std::vector<GroupedSums>& rows,
             std::vector<Estimate>& table);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATE_H_
