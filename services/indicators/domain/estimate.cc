#include "services/indicators/domain/estimate.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace vg::indicators {
namespace {

using Group = std::vector<std::string>;

struct GroupTotals {
  Contribution sums;
  std::set<int> units;
};

Exact PowerOfTen(int exponent) {
  Exact power = 1;
  for (int i = 0; i < exponent; ++i) power = power * Exact(10);
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
  const auto base = totals.sums.find("");
  if (base == totals.sums.end() || base->second.n == 0) return estimate;
  const auto row = totals.sums.find(category);
  const int64_t sum = row == totals.sums.end() ? 0 : row->second.sum;
  estimate.state = EstimateState::kPublished;
  estimate.n = base->second.n;
  estimate.unit_count = static_cast<int64_t>(totals.units.size());
  // n is not zero here.
  Exact share = *Exact::FromFraction(sum, estimate.n);
  if (rules.kind == MeasureKind::kMean) {
    estimate.value = *Exact::FromFraction(1, 1) * share *
                     *Exact::FromText("1/" + PowerOfTen(rules.decimals).ToText());
  } else {
    estimate.value = std::move(share);
    estimate.positive_count = sum;
  }
  return estimate;
}

// What protection looks at: a group as a whole.
struct Cell {
  int64_t n = 0;
  bool hidden = false;
  bool empty = true;
};

bool Unsafe(const Rules& rules, const Estimate& estimate) {
  if (estimate.state != EstimateState::kPublished) return false;
  if (estimate.n < kMinimum || estimate.unit_count < kMinimum) return true;
  if (rules.kind == MeasureKind::kMean || estimate.n >= 2 * kMinimum) return false;
  // Of a category that nobody chose nothing is learnt that a short list of options would not say.
  return estimate.positive_count == estimate.n ||
         (!HasCategories(rules) && estimate.positive_count == 0);
}

// Hides one more group where a line would give a hidden one away. Whether anything changed.
bool ProtectLine(std::vector<Cell*>& line) {
  int64_t hidden = 0, hidden_n = 0;
  Cell* smallest = nullptr;
  for (Cell* cell : line) {
    if (cell->hidden) {
      ++hidden;
      hidden_n += cell->n;
    } else if (!cell->empty && (smallest == nullptr || cell->n < smallest->n)) {
      smallest = cell;
    }
  }
  if (hidden == 0 || (hidden > 1 && hidden_n >= kMinimum) || smallest == nullptr) return false;
  smallest->hidden = true;
  return true;
}

}  // namespace

std::vector<Estimate> Tabulate(const Rules& rules, const std::vector<std::string>& categories,
                               const std::vector<GroupedSums>& rows) {
  GroupTotals total;
  std::map<Group, GroupTotals> groups;
  for (const GroupedSums& row : rows) {
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

void Protect(const Rules& rules, std::vector<Estimate>& table) {
  std::map<Group, Cell> cells;
  for (const Estimate& estimate : table) {
    Cell& cell = cells[estimate.group];
    cell.n = estimate.n;
    cell.empty = cell.empty && estimate.state == EstimateState::kEmpty;
    cell.hidden = cell.hidden || Unsafe(rules, estimate);
  }

  const size_t attributes =
      table.empty()
          ? 0
          : std::max_element(cells.begin(), cells.end(), [](const auto& a, const auto& b) {
              return a.first.size() < b.first.size();
            })->first.size();
  const bool total_shown = !cells.contains({}) || !cells.at({}).hidden;
  if (attributes > 0 && total_shown) {
    // A line leaves one attribute free. The one line of a table with one attribute adds up to the
    // total; with two, lines add up to margins that another query can ask for.
    std::map<std::pair<size_t, Group>, std::vector<Cell*>> lines;
    for (auto& [group, cell] : cells) {
      if (group.empty()) continue;
      for (size_t free = 0; free < attributes; ++free) {
        Group fixed = group;
        fixed[free].clear();
        lines[{free, fixed}].push_back(&cell);
      }
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (auto& [key, line] : lines) changed = ProtectLine(line) || changed;
    }
  }

  for (Estimate& estimate : table) {
    if (!cells.at(estimate.group).hidden || estimate.state != EstimateState::kPublished) continue;
    estimate.state = EstimateState::kSuppressed;
    estimate.value.reset();
    estimate.n = 0;
    estimate.unit_count = 0;
    estimate.positive_count = 0;
  }
}

}  // namespace vg::indicators
