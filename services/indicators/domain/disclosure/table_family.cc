#include "services/indicators/domain/disclosure/table_family.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <set>
#include <utility>

#include "services/indicators/domain/disclosure/audit.h"

namespace vg::indicators::disclosure {
namespace {

// Hidden sums of numbers are to be as uncertain as this share of them.
constexpr double kMeanRoom = 0.1;

double SumOf(const GroupTotals& totals, const std::string& category) {
  const auto found = totals.sums.find(category);
  return found == totals.sums.end() ? 0 : static_cast<double>(found->second.sum);
}

}  // namespace

bool TableFamily::Node::IsCoarserThan(const Node& other) const {
  if (filter != other.filter && filter != -1) return false;
  for (size_t i = 0; i < levels.size(); ++i) {
    if (levels[i] > other.levels[i]) return false;
  }
  return filter != other.filter || levels != other.levels;
}

int TableFamily::Node::Fineness() const {
  int fineness = 0;
  for (const Level level : levels) fineness += static_cast<int>(level);
  return fineness;
}

TableFamily::TableFamily(const Policy& policy, MeasureKind kind, std::vector<Areas> areas,
                         std::vector<TableSpec> tables, Together together)
    : policy_(policy),
      kind_(kind),
      areas_(std::move(areas)),
      specs_(std::move(tables)),
      together_(together) {}

void TableFamily::MakeNodes() {
  nodes_.clear();
  std::set<std::pair<int, std::vector<Level>>> wanted;
  for (const TableSpec& spec : specs_) {
    std::vector<std::vector<Level>> levels = {std::vector<Level>(areas_.size(), Level::kNone)};
    for (const int attribute : spec.attributes) {
      const auto place = static_cast<size_t>(attribute);
      std::vector<std::vector<Level>> finer;
      for (const std::vector<Level>& each : levels) {
        for (const Level level : {Level::kArea, Level::kValue}) {
          if (level == Level::kArea && areas_[place].empty()) continue;
          finer.push_back(each);
          finer.back()[place] = level;
        }
      }
      levels.insert(levels.end(), finer.begin(), finer.end());
    }
    for (const std::vector<Level>& each : levels) {
      wanted.emplace(-1, each);
      wanted.emplace(spec.filter, each);
    }
  }
  for (const auto& [filter, levels] : wanted) nodes_.push_back({filter, levels, {}});
  std::stable_sort(nodes_.begin(), nodes_.end(), [](const Node& a, const Node& b) {
    return std::pair(a.filter != -1, a.Fineness()) < std::pair(b.filter != -1, b.Fineness());
  });
}

bool TableFamily::WantsHolders() const {
  return policy_.dominance.has_value() || policy_.p_percent.has_value();
}

void TableFamily::Add(const UnitRow& row) {
  // Rows of one unit come one after another.
  if (atoms_.empty() || atoms_[last_].values != row.values || atoms_[last_].passes != row.passes) {
    const auto [place, added] =
        places_.try_emplace({row.values, row.passes}, static_cast<int>(atoms_.size()));
    if (added) atoms_.push_back({row.values, row.passes, {}, kNoHolder});
    last_ = static_cast<size_t>(place->second);
  }
  Atom& atom = atoms_[last_];
  atom.totals.sums[row.category] += row.sums;
  if (!row.category.empty() || row.sums.n == 0) return;
  ++atom.totals.units;
  if (atom.holder == kNoHolder) {
    atom.holder = row.holder;
  } else if (atom.holder != row.holder) {
    atom.holder = kManyHolders;
  }
  if (WantsHolders()) {
    atom.totals.by_holder[row.holder] += std::abs(static_cast<double>(row.sums.sum));
  }
}

std::string TableFamily::CoarseValue(size_t attribute, Level level,
                                     const std::string& value) const {
  if (level == Level::kNone) return "";
  if (level == Level::kValue) return value;
  const auto area = areas_[attribute].find(value);
  return area == areas_[attribute].end() ? "" : area->second;
}

void TableFamily::AddCells(Node& node) {
  std::map<Group, std::vector<int>> members;
  for (size_t atom = 0; atom < atoms_.size(); ++atom) {
    if (node.filter != -1 && !atoms_[atom].passes[static_cast<size_t>(node.filter)]) continue;
    Group group;
    for (size_t i = 0; i < node.levels.size(); ++i) {
      group.push_back(CoarseValue(i, node.levels[i], atoms_[atom].values[i]));
    }
    members[group].push_back(static_cast<int>(atom));
  }
  TableCells table;
  for (auto& [group, atoms] : members) {
    const int cell = problem_.cells.size();
    node.cells.emplace(group, cell);
    table.cells.push_back(cell);
    problem_.cells.members.push_back(std::move(atoms));
  }
  problem_.tables.push_back(std::move(table));
}

GroupTotals TableFamily::TotalsOf(const std::vector<int>& atoms) const {
  GroupTotals totals;
  for (const int atom : atoms) totals.Add(atoms_[static_cast<size_t>(atom)].totals);
  return totals;
}

void TableFamily::AddQuantities() {
  std::set<std::string> categories;
  bool negative = false;
  for (const Atom& atom : atoms_) {
    for (const auto& [category, sums] : atom.totals.sums) {
      categories.insert(category);
      negative = negative || sums.sum < 0;
    }
  }
  Quantity records{.kind = QuantityKind::kRecords};
  Quantity units{.kind = QuantityKind::kUnits};
  for (const Atom& atom : atoms_) {
    records.values.push_back(static_cast<double>(atom.totals.records()));
    units.values.push_back(static_cast<double>(atom.totals.units));
    problem_.holders.push_back(atom.holder);
  }
  problem_.quantities = {std::move(records), std::move(units)};
  // Quantiles are told of groups whose records are; how many have each value is not.
  if (kind_ == MeasureKind::kCount || kind_ == MeasureKind::kQuantiles) return;
  const bool by_category =
      kind_ == MeasureKind::kDistribution || kind_ == MeasureKind::kRankingShare;
  for (const std::string& category : categories) {
    if (category.empty() == by_category && category != kBelow) continue;
    Quantity sum{.kind = QuantityKind::kSum, .category = category, .may_be_negative = negative};
    Quantity rest{.kind = QuantityKind::kRest, .category = category};
    for (const Atom& atom : atoms_) {
      const auto found = atom.totals.sums.find(category);
      const int64_t value = found == atom.totals.sums.end() ? 0 : found->second.sum;
      sum.values.push_back(static_cast<double>(value));
      rest.values.push_back(static_cast<double>(atom.totals.records() - value));
    }
    problem_.quantities.push_back(std::move(sum));
    if (!IsOfNumbers(kind_)) problem_.quantities.push_back(std::move(rest));
  }
}

void TableFamily::SetNeeds(int cell, const GroupTotals& totals) {
  const auto i = static_cast<size_t>(cell);
  std::vector<Need>& needs = problem_.needs[i];
  for (int quantity = 0; quantity < static_cast<int>(problem_.quantities.size()); ++quantity) {
    const Quantity& number = problem_.quantities[static_cast<size_t>(quantity)];
    Need need{.quantity = quantity};
    switch (number.kind) {
      case QuantityKind::kRecords:
        // So wide that what is hidden together is as many as would be shown.
        need.width = static_cast<double>(policy_.minimum_records);
        break;
      case QuantityKind::kUnits:
        need.width = static_cast<double>(policy_.minimum_units);
        break;
      case QuantityKind::kSum:
      case QuantityKind::kRest:
        need.width = 1;
        need.or_none_of = static_cast<double>(2 * policy_.minimum_records);
        if (!IsOfNumbers(kind_)) break;
        need.or_none_of = kUnlimited;
        need.width = problem_.reasons[i] == Reason::kDominance && number.category.empty()
                         ? 2 * RoomForDominance(policy_, totals)
                         : std::max(1.0, kMeanRoom * std::abs(SumOf(totals, number.category)));
        break;
    }
    if (problem_.reasons[i] == Reason::kDominance && number.kind != QuantityKind::kSum) continue;
    needs.push_back(need);
  }
}

std::vector<int> TableFamily::AncestorsOf(size_t node) const {
  std::vector<int> ancestors;
  for (size_t other = 0; other < node; ++other) {
    if (together_ == Together::kAll || nodes_[other].IsCoarserThan(nodes_[node])) {
      ancestors.push_back(static_cast<int>(other));
    }
  }
  return ancestors;
}

void TableFamily::Solve() {
  MakeNodes();
  problem_ = SuppressionProblem();
  problem_.cells.atoms = static_cast<int>(atoms_.size());
  for (size_t node = 0; node < nodes_.size(); ++node) {
    AddCells(nodes_[node]);
    problem_.tables.back().ancestors = AncestorsOf(node);
  }
  AddQuantities();
  problem_.needs.resize(problem_.cells.members.size());
  for (const Node& node : nodes_) {
    for (const auto& [group, cell] : node.cells) {
      const std::vector<int>& atoms = problem_.cells.members[static_cast<size_t>(cell)];
      const GroupTotals totals = TotalsOf(atoms);
      Reason reason = SensitivityOf(policy_, kind_, totals);
      if (reason == Reason::kNone && node.filter != -1) {
        // What the filter leaves out of the same group without it.
        for (const Node& other : nodes_) {
          if (other.filter != -1 || other.levels != node.levels) continue;
          std::vector<int> outside;
          const std::vector<int>& all =
              problem_.cells.members[static_cast<size_t>(other.cells.at(group))];
          std::set_difference(all.begin(), all.end(), atoms.begin(), atoms.end(),
                              std::back_inserter(outside));
          if (outside.empty()) continue;
          const GroupTotals left_out = TotalsOf(outside);
          if (left_out.records() > 0 && SensitivityOf(policy_, kind_, left_out) != Reason::kNone) {
            reason = Reason::kDifferencing;
          }
        }
      }
      problem_.reasons.push_back(reason);
      problem_.costs.push_back(1e-3 + (policy_.cost == SuppressionCost::kGroups ? 1.0
                                       : policy_.cost == SuppressionCost::kUnits
                                           ? static_cast<double>(totals.units)
                                           : static_cast<double>(totals.records())));
      if (reason != Reason::kNone) SetNeeds(cell, totals);
    }
  }
  for (const auto& [table, group] : forbidden_) {
    const Node& node =
        nodes_[static_cast<size_t>(group.empty() ? TotalNodeOf(table) : NodeOf(table))];
    const auto cell = node.cells.find(Widened(table, group));
    if (cell == node.cells.end()) continue;
    const auto i = static_cast<size_t>(cell->second);
    if (problem_.reasons[i] != Reason::kNone) continue;
    problem_.reasons[i] = Reason::kDifferencing;
    SetNeeds(cell->second, TotalsOf(problem_.cells.members[i]));
  }
  solution_ = Suppress(problem_);
}

int TableFamily::NodeOf(int table) const {
  const TableSpec& spec = specs_[static_cast<size_t>(table)];
  std::vector<Level> levels(areas_.size(), Level::kNone);
  for (const int attribute : spec.attributes)
    levels[static_cast<size_t>(attribute)] = Level::kValue;
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].filter == spec.filter && nodes_[node].levels == levels) {
      return static_cast<int>(node);
    }
  }
  return 0;  // Every table has a node.
}

int TableFamily::TotalNodeOf(int table) const {
  const int filter = specs_[static_cast<size_t>(table)].filter;
  const auto found = std::find_if(nodes_.begin(), nodes_.end(), [filter](const Node& each) {
    return each.filter == filter && each.Fineness() == 0;
  });
  return static_cast<int>(found - nodes_.begin());  // Every table has its total.
}

Group TableFamily::Widened(int table, const Group& group) const {
  Group widened(areas_.size());
  const std::vector<int>& attributes = specs_[static_cast<size_t>(table)].attributes;
  for (size_t i = 0; i < group.size(); ++i) widened[static_cast<size_t>(attributes[i])] = group[i];
  return widened;
}

Group TableFamily::Narrowed(int table, const Group& group) const {
  Group narrowed;
  for (const int attribute : specs_[static_cast<size_t>(table)].attributes) {
    narrowed.push_back(group[static_cast<size_t>(attribute)]);
  }
  return narrowed;
}

Reason TableFamily::ReasonOf(int table, const Group& group) const {
  const Node& node =
      nodes_[static_cast<size_t>(group.empty() ? TotalNodeOf(table) : NodeOf(table))];
  const auto cell = node.cells.find(Widened(table, group));
  return cell == node.cells.end() ? Reason::kNone
                                  : solution_.reasons[static_cast<size_t>(cell->second)];
}

bool TableFamily::Withholds(int table) const {
  return !specs_[static_cast<size_t>(table)].attributes.empty() &&
         solution_.withheld[static_cast<size_t>(NodeOf(table))];
}

bool Audit::met() const {
  return std::all_of(ranges.begin(), ranges.end(), [](const KnownRange& each) { return each.met; });
}

Audit TableFamily::AuditOf(int table) const {
  const int node = NodeOf(table);
  std::vector<int> visible;
  if (together_ == Together::kAll) {
    for (size_t each = 0; each < nodes_.size(); ++each) visible.push_back(static_cast<int>(each));
  } else {
    visible = problem_.tables[static_cast<size_t>(node)].ancestors;
    visible.push_back(node);
  }
  Audit audit;
  audit.tables = static_cast<int>(visible.size());
  std::map<int, Group> groups;
  std::vector<int> cells;
  for (const auto& [group, cell] : nodes_[static_cast<size_t>(node)].cells) {
    groups.emplace(cell, Narrowed(table, group));
    cells.push_back(cell);
  }
  // Of a table that is withheld not even the names of groups are told.
  if (Withholds(table)) cells.clear();
  for (const CellRange& each : RangesOf(problem_, solution_.reasons, visible, cells)) {
    const Quantity& quantity = problem_.quantities[static_cast<size_t>(each.quantity)];
    audit.ranges.push_back({.group = groups.at(each.cell),
                            .quantity = quantity.kind,
                            .category = quantity.category,
                            .range = each.range,
                            .required_width = each.required_width,
                            .reason = solution_.reasons[static_cast<size_t>(each.cell)],
                            .met = each.met,
                            .met_beside_holders = each.met_beside_holders});
  }
  for (const auto& [group, cell] : nodes_[static_cast<size_t>(node)].cells) {
    const auto i = static_cast<size_t>(cell);
    switch (solution_.reasons[i]) {
      case Reason::kNone:
        ++audit.shown;
        break;
      case Reason::kSecondary:
        ++audit.secondary;
        audit.secondary_records += TotalsOf(problem_.cells.members[i]).records();
        break;
      default:
        ++audit.primary;
    }
  }
  std::stable_sort(audit.ranges.begin(), audit.ranges.end(),
                   [](const KnownRange& a, const KnownRange& b) { return a.group < b.group; });
  return audit;
}

}  // namespace vg::indicators::disclosure
