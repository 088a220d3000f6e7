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
  std::string category;  // The option, or the share of a quantile; else empty.
  EstimateState state = EstimateState::kEmpty;
  std::optional<Exact> value;  // Exact; nothing for a ratio over nothing.
  int64_t n = 0;               // Records that count.
  int64_t unit_count = 0;      // Units they belong to.
  int64_t positive_count = 0;  // Records for which the category or condition holds; only of shares.
};

// Whether figures are by option.
bool HasOptions(MeasureKind kind);
// Whether figures are shares of records.
bool IsShare(MeasureKind kind);

// The values of quantiles that somebody has, ascending, and where their counts are.
struct StepColumn {
  int64_t step = 0;
  size_t column = 0;
};
std::vector<StepColumn> StepsOf(const SumsColumns& sums);

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
