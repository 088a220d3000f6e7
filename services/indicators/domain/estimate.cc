#include "services/indicators/domain/estimate.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace vg::indicators {
namespace {

int64_t PowerOfTen(int exponent) {
  int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

bool HasCategories(const Rules& rules) {
  return rules.kind == MeasureKind::kDistribution || rules.kind == MeasureKind::kRankingShare;
}

std::vector<std::string> CategoriesOf(const std::vector<std::string>& known,
                                      const GroupTotals& total) {
  std::vector<std::string> categories = known;
  for (const auto& [category, sums] : total.sums) {
    if (!category.empty() && std::find(known.begin(), known.end(), category) == known.end()) {
      categories.push_back(category);
    }
  }
  return categories;
}

Estimate Figure(const Rules& rules, const Group& group, const std::string& category,
                const GroupTotals& totals) {
  Estimate estimate;
  estimate.group = group;
  estimate.category = category;
  if (totals.n() == 0) return estimate;
  const auto row = totals.sums.find(category);
  const int64_t sum = row == totals.sums.end() ? 0 : row->second.sum;
  estimate.state = EstimateState::kPublished;
  estimate.n = totals.n();
  estimate.unit_count = static_cast<int64_t>(totals.units.size());
  // n is not zero here.
  Exact share = *Exact::FromFraction(sum, estimate.n);
  if (rules.kind == MeasureKind::kMean) {
    estimate.value = share * *Exact::FromFraction(1, PowerOfTen(rules.decimals));
  } else {
    estimate.value = std::move(share);
    estimate.positive_count = sum;
  }
  return estimate;
}

}  // namespace

std::vector<Estimate> Tabulate(const Rules& rules, const std::vector<std::string>& categories,
                               const std::vector<GroupedSums>& rows) {
  GroupTotals total;
  std::map<Group, GroupTotals> groups;
  for (const GroupedSums& row : rows) {
    if (row.filtered_out) continue;
    for (GroupTotals* totals : {&total, row.group.empty() ? nullptr : &groups[row.group]}) {
      if (totals == nullptr) continue;
      totals->sums[row.category] += row.sums;
      if (row.category.empty() && row.sums.n > 0) totals->units.insert(row.unit);
    }
  }
  const std::vector<std::string> shown =
      HasCategories(rules) ? CategoriesOf(categories, total) : std::vector<std::string>{""};
  std::vector<Estimate> table;
  for (const std::string& category : shown) table.push_back(Figure(rules, {}, category, total));
  for (const auto& [group, totals] : groups) {
    for (const std::string& category : shown) {
      table.push_back(Figure(rules, group, category, totals));
    }
  }
  return table;
}

void Protect(const Rules& rules, std::vector<Areas> areas, const std::vector<GroupedSums>& rows,
             std::vector<Estimate>& table) {
  Protection protection(rules.kind, std::move(areas));
  for (const GroupedSums& row : rows) {
    protection.Add(row.group, row.category, row.sums, row.unit, row.filtered_out);
  }
  if (protection.HidesAllGroups()) {
    std::erase_if(table, [](const Estimate& estimate) { return !estimate.group.empty(); });
  }
  for (Estimate& estimate : table) {
    if (estimate.state != EstimateState::kPublished || !protection.Hides(estimate.group)) continue;
    estimate.state = EstimateState::kSuppressed;
    estimate.value.reset();
    estimate.n = 0;
    estimate.unit_count = 0;
    estimate.positive_count = 0;
  }
}

}  // namespace vg::indicators
