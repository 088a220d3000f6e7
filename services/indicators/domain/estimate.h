// Figures from sums: by group, by category, with what may not be shown hidden.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/numeric/exact.h"
#include "services/indicators/domain/measure.h"

namespace vg::indicators {

enum class EstimateState { kPublished, kSuppressed, kEmpty };

// One figure.
struct Estimate {
  std::vector<std::string> group;  // One value per attribute of the breakdown; empty for the total.
  std::string category;            // Empty for a proportion or mean.
  EstimateState state = EstimateState::kEmpty;
  std::optional<Exact> value;  // A share, or a mean; exact.
  int64_t n = 0;               // Records that count.
  int64_t unit_count = 0;      // Units they belong to.
  int64_t positive_count = 0;  // Records for which the category or condition holds; 0 for a mean.
};

// The sums of one unit, and the group it is in.
struct GroupedSums {
  std::vector<std::string> group;
  std::string category;
  Sums sums;
  int unit = 0;
};

// The total, then every group in the order of its values, each with every category. `categories`
// gives the order of categories; those it does not name follow by id. For a proportion or mean
// there is one row per group.
std::vector<Estimate> Tabulate(const Rules& rules, const std::vector<std::string>& categories,
                               const std::vector<GroupedSums>& rows);

// Disclosure control of one table; see services/indicators/README.md.
//
// 1. Minimum frequency: a group of fewer than kMinimum records, or of records from fewer than
// kMinimum units, is hidden.
// 2. Group disclosure: a group of fewer than 2 × kMinimum records that are all alike in a category
// is hidden.
// 3. Secondary: where one group of a line is hidden while the line's total is shown, the smallest
// shown group of the line
//    is hidden too, until no line has exactly one hidden group, or hidden groups of fewer than
//    kMinimum records together. A line is all groups that share all values but one; with one
//    attribute, all groups.
// A hidden group is hidden in all its categories, and shows no number at all.
inline constexpr int64_t kMinimum = 5;
void Protect(const Rules& rules, std::vector<Estimate>& table);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATE_H_
