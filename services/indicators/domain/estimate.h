// Figures from sums: by group, by category, with what may not be shown hidden.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"

#include "common/numeric/exact.h"
#include "services/indicators/domain/columns.h"
#include "services/indicators/domain/disclosure/protection.h"
#include "services/indicators/domain/measure.h"

namespace vg::indicators {

using disclosure::Areas;

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
  disclosure::Reason reason = disclosure::Reason::kNone;  // Why it is suppressed.
  int place = -1;  // Of the group in the table's index; -1: the total.
  // Names the sums that it was made of; see SumsColumns. 0: of a hidden one, and of nobody.
  uint64_t stamp = 0;
};

// Whether two figures of the same place in tables that differ in nothing but when they were made
// are the same, as their stamps tell.
bool IsUnchanged(const Estimate& before, const Estimate& after);

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

// The sums of one unit in one category, and the group it is in.
struct GroupedSums {
  Group group;
  std::string category;
  Sums sums;
  int unit = 0;
  int holder = 0;             // Who knows the unit's figures: its board, or nobody but itself.
  bool filtered_out = false;  // Only there to protect the others.
};

// All that `figures` holds, row by row, those that the filter leaves out too.
std::vector<GroupedSums> RowsOf(const UnitFigures& figures);

// The same added up by group, as figures and their protection want it.
struct TableAtoms {
  // Ascending: twice the group, one more if the filter leaves it out. Group 0 is none, 1 the first.
  std::vector<int> places;
  std::vector<std::string> categories;         // Those that anybody is in, as columns come.
  std::vector<disclosure::AtomTotals> totals;  // By place.
  // Name the sums of each place, and of all; see SumsColumns.
  std::vector<uint64_t> stamps;
  uint64_t content = 0;
};
// `silent` units have no sums, but that they are there counts. `earlier` is the outcome for other
// sums, with all else the same and nobody silent, or null: places that their stamps tell to be the
// same are taken from it, which changes nothing.
TableAtoms AtomsOf(const disclosure::Policy& policy, const UnitFigures& figures,
                   const std::vector<int>& silent, const TableAtoms* earlier = nullptr);
// The total, then every group in the order of its values that has records, each with every
// category. `categories` gives the order of categories; those it does not name follow by id. For a
// proportion or mean there is one row per group.
std::vector<Estimate> Tabulate(const Rules& rules, const std::vector<std::string>& categories,
                               const TableIndex& index, const TableAtoms& atoms);
std::vector<Estimate> Tabulate(const Rules& rules, const std::vector<std::string>& categories,
                               const UnitFigures& figures);

// The cells of a table of such atoms; `areas` has one entry per attribute.
std::shared_ptr<const disclosure::TableShape> ShapeOf(const std::vector<int>& places,
                                                      const TableIndex& index,
                                                      std::vector<Areas> areas);

// Hides in `table` what may not be shown, as `reason_of` says of any of a group's estimates, and
// takes all groups out if they are withheld. A hidden group is hidden in all its categories.
void Protect(absl::FunctionRef<disclosure::Reason(const Estimate&)> reason_of, bool withheld,
             std::vector<Estimate>& table);
void Protect(disclosure::Protection& protection, std::vector<Estimate>& table);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATE_H_
