#include "services/indicators/domain/protection.h"

#include <algorithm>
#include <optional>

namespace vg::indicators {

int64_t GroupTotals::n() const {
  const auto base = sums.find("");
  return base == sums.end() ? 0 : base->second.n;
}

void GroupTotals::Add(const GroupTotals& other) {
  for (const auto& [category, added] : other.sums) sums[category] += added;
  units.insert(other.units.begin(), other.units.end());
}

bool Unsafe(MeasureKind kind, const GroupTotals& totals) {
  const int64_t n = totals.n();
  if (n == 0) return false;
  if (n < kMinimum || static_cast<int64_t>(totals.units.size()) < kMinimum) return true;
  if (n >= 2 * kMinimum) return false;
  const Sums& base = totals.sums.at("");
  switch (kind) {
    case MeasureKind::kProportion:
      return base.sum == n || base.sum == 0;
    case MeasureKind::kCount:
      return false;
    case MeasureKind::kMean:
    case MeasureKind::kTotal:
    case MeasureKind::kRatio:
      // No spread. Sums of so few records do not run over.
      return n * base.squares == base.sum * base.sum;
    case MeasureKind::kDistribution:
    case MeasureKind::kRankingShare:
    case MeasureKind::kQuantiles:
      // Of an option that nobody chose nothing is learnt that a short list would not say.
      return std::any_of(totals.sums.begin(), totals.sums.end(), [n](const auto& category) {
        return !category.first.empty() && category.second.sum == n;
      });
  }
  return true;
}

void Protection::Add(const Group& group, const std::string& category, const Sums& sums, int unit,
                     bool filtered_out) {
  Cell& cell = finest_[group];
  GroupTotals& totals = filtered_out ? cell.outside : cell.inside;
  totals.sums[category] += sums;
  if (category.empty() && sums.n > 0) totals.units.insert(unit);
  has_filter_ = has_filter_ || filtered_out;
}

bool Protection::Hides(const Group& group) {
  const Level level = group.empty() ? Level::kNone : Level::kValue;
  Table& table = Protected(Levels(areas_.size(), level), false);
  const auto cell = table.cells.find(group.empty() ? Group(areas_.size()) : group);
  return cell != table.cells.end() && cell->second.hidden;
}

bool Protection::HidesAllGroups() {
  return !areas_.empty() && Protected(Levels(areas_.size(), Level::kValue), false).closed;
}

Protection::Table Protection::Fill(const std::map<Group, Cell>& finest,
                                   const std::vector<Areas>& areas, const Levels& levels) {
  Table table;
  for (const auto& [group, cell] : finest) {
    Group coarse = group;
    for (size_t i = 0; i < levels.size(); ++i) {
      if (levels[i] == Level::kNone) coarse[i].clear();
      if (levels[i] != Level::kArea) continue;
      const auto area = areas[i].find(group[i]);
      coarse[i] = area == areas[i].end() ? "" : area->second;
    }
    Cell& sum = table.cells[coarse];
    sum.inside.Add(cell.inside);
    sum.outside.Add(cell.outside);
  }
  return table;
}

Protection::Table& Protection::Protected(const Levels& levels, bool everybody) {
  const auto known = tables_.find({everybody, levels});
  if (known != tables_.end()) return known->second;
  Table table = Fill(finest_, areas_, levels);
  if (everybody) {
    for (auto& [group, cell] : table.cells) {
      cell.inside.Add(cell.outside);
      cell.outside = GroupTotals();
    }
  }
  std::erase_if(table.cells, [](const auto& cell) { return cell.second.inside.n() == 0; });
  Table* unfiltered = everybody || !has_filter_ ? nullptr : &Protected(levels, true);
  for (auto& [group, cell] : table.cells) {
    cell.hidden = Unsafe(kind_, cell.inside) || Unsafe(kind_, cell.outside) ||
                  (unfiltered != nullptr && unfiltered->cells.at(group).hidden);
  }

  std::vector<Line> lines = LinesOf(table, levels, everybody);
  // A group that is alone under a shown sum is known from that sum: hiding it would hide nothing.
  std::set<const Cell*> known_anyway;
  for (const Line& line : lines) {
    if (line.cells.size() == 1 && !line.sum_hidden) known_anyway.insert(line.cells[0]);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (Line& line : lines) {
      while (GivesAway(line)) {
        Cell* smallest = nullptr;
        for (Cell* cell : line.cells) {
          if (cell->hidden || known_anyway.contains(cell)) continue;
          if (smallest == nullptr || cell->inside.n() < smallest->inside.n()) smallest = cell;
        }
        if (smallest == nullptr) break;
        smallest->hidden = true;
        changed = true;
      }
    }
  }
  table.closed =
      (unfiltered != nullptr && unfiltered->closed) ||
      std::any_of(lines.begin(), lines.end(), [this](const Line& line) { return GivesAway(line); });
  if (table.closed) {
    for (auto& [group, cell] : table.cells) cell.hidden = true;
  }
  return tables_[{everybody, levels}] = std::move(table);
}

std::vector<Protection::Line> Protection::LinesOf(Table& table, const Levels& levels,
                                                  bool everybody) {
  std::vector<Line> lines;
  for (size_t i = 0; i < levels.size(); ++i) {
    if (levels[i] == Level::kNone) continue;
    Levels coarser = levels;
    coarser[i] = levels[i] == Level::kValue && !areas_[i].empty() ? Level::kArea : Level::kNone;
    const Table& sums = Protected(coarser, everybody);
    std::map<Group, Line> by_sum;
    for (auto& [group, cell] : table.cells) {
      Group sum = group;
      if (coarser[i] == Level::kNone) {
        sum[i].clear();
      } else {
        const auto area = areas_[i].find(group[i]);
        sum[i] = area == areas_[i].end() ? "" : area->second;
      }
      Line& line = by_sum[sum];
      line.cells.push_back(&cell);
      line.sum_hidden = sums.cells.at(sum).hidden;
    }
    for (auto& [sum, line] : by_sum) lines.push_back(std::move(line));
  }
  return lines;
}

bool Protection::GivesAway(const Line& line) const {
  size_t hidden = 0;
  GroupTotals together;
  for (const Cell* cell : line.cells) {
    if (!cell->hidden) continue;
    ++hidden;
    together.Add(cell->inside);
  }
  if (line.sum_hidden) return hidden == 0;
  return hidden == 1 || (hidden > 1 && Unsafe(kind_, together));
}

}  // namespace vg::indicators
