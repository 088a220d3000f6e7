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

// What the records of one group add up to.
struct GroupSums {
  Sums base;
  int64_t units = 0;
  std::vector<int64_t> of_category;  // In the order of the columns.
};

// Where each category that is shown is among the columns; -1: nobody is in it.
struct Shown {
  std::string category;
  int column = -1;
};

std::vector<Shown> ShownOf(const Rules& rules, const std::vector<std::string>& known,
                           const SumsColumns& sums) {
  if (!HasCategories(rules)) return {{"", -1}};
  std::vector<Shown> shown;
  for (const std::string& category : known) shown.push_back({category, -1});
  std::vector<Shown> others;
  for (size_t i = 0; i < sums.categories().size(); ++i) {
    const std::string& name = sums.categories()[i].name;
    const auto found = std::find(known.begin(), known.end(), name);
    if (found != known.end()) {
      shown[static_cast<size_t>(found - known.begin())].column = static_cast<int>(i);
    } else {
      others.push_back({name, static_cast<int>(i)});
    }
  }
  std::sort(others.begin(), others.end(),
            [](const Shown& a, const Shown& b) { return a.category < b.category; });
  shown.insert(shown.end(), others.begin(), others.end());
  return shown;
}

// Of every group, then of all.
std::vector<GroupSums> Add(const UnitFigures& figures, bool with_categories) {
  const SumsColumns& sums = *figures.sums;
  std::vector<GroupSums> groups(figures.index->groups.size() + 1);
  GroupSums& all = groups.back();
  for (int unit = 0; unit < sums.size(); ++unit) {
    const Sums base = sums.BaseAt(unit);
    if (base.IsZero() || figures.LeavesOut(unit)) continue;
    const int group = figures.GroupOf(unit);
    for (GroupSums* each : {&all, group < 0 ? nullptr : &groups[static_cast<size_t>(group)]}) {
      if (each == nullptr) continue;
      each->base += base;
      if (base.n > 0) ++each->units;
    }
  }
  if (!with_categories) return groups;
  for (GroupSums& group : groups) group.of_category.resize(sums.categories().size());
  for (size_t i = 0; i < sums.categories().size(); ++i) {
    const std::vector<int64_t>& column = sums.categories()[i].sum;
    for (int unit = 0; unit < static_cast<int>(column.size()); ++unit) {
      const int64_t sum = column[static_cast<size_t>(unit)];
      if (sum == 0 || figures.LeavesOut(unit)) continue;
      all.of_category[i] += sum;
      const int group = figures.GroupOf(unit);
      if (group >= 0) groups[static_cast<size_t>(group)].of_category[i] += sum;
    }
  }
  return groups;
}

Estimate Figure(const Rules& rules, const Group& group, const Shown& shown, const GroupSums& sums) {
  Estimate estimate;
  estimate.group = group;
  estimate.category = shown.category;
  if (sums.base.n == 0) return estimate;
  const int64_t sum = shown.category.empty() ? sums.base.sum
                      : shown.column < 0     ? 0
                                             : sums.of_category[static_cast<size_t>(shown.column)];
  estimate.state = EstimateState::kPublished;
  estimate.n = sums.base.n;
  estimate.unit_count = sums.units;
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
                               const UnitFigures& figures) {
  const std::vector<GroupSums> sums = Add(figures, HasCategories(rules));
  const std::vector<Shown> shown = ShownOf(rules, categories, *figures.sums);
  const std::vector<Group>& groups = figures.index->groups;
  std::vector<Estimate> table;
  table.reserve(sums.size() * shown.size());
  for (const Shown& each : shown) table.push_back(Figure(rules, {}, each, sums.back()));
  for (size_t i = 0; i < groups.size(); ++i) {
    if (sums[i].base.IsZero()) continue;
    for (const Shown& each : shown) table.push_back(Figure(rules, groups[i], each, sums[i]));
  }
  return table;
}

std::vector<GroupedSums> RowsOf(const UnitFigures& figures) {
  std::vector<GroupedSums> rows;
  const SumsColumns& sums = *figures.sums;
  static const Group& none = *new Group();
  for (int unit = 0; unit < sums.size(); ++unit) {
    const int group = figures.GroupOf(unit);
    const auto add = [&](const std::string& category, const Sums& added) {
      if (added.IsZero()) return;
      rows.push_back({group < 0 ? none : figures.index->groups[static_cast<size_t>(group)],
                      category, added, unit, figures.LeavesOut(unit)});
    };
    add("", sums.BaseAt(unit));
    for (const SumsColumns::Category& category : sums.categories()) {
      add(category.name, category.At(unit));
    }
  }
  return rows;
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
