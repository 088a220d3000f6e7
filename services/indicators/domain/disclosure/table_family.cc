#include "services/indicators/domain/disclosure/table_family.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "services/indicators/domain/disclosure/audit.h"

namespace vg::indicators::disclosure {
namespace {

// Hidden sums of numbers are to be as uncertain as this share of them.
constexpr double kMeanRoom = 0.1;

}  // namespace

bool WantsHolders(const Policy& policy) {
  return policy.dominance.has_value() || policy.p_percent.has_value();
}

void AtomTotals::AddUnit(const Sums& base, int of, bool by_holder) {
  totals.base += base;
  if (base.n == 0) return;
  ++totals.units;
  if (holder == kNoHolder) {
    holder = of;
  } else if (holder != of) {
    holder = kManyHolders;
  }
  if (by_holder) totals.by_holder[of] += std::abs(static_cast<double>(base.sum));
}

TableFamily::TableFamily(const Policy& policy, MeasureKind kind, std::vector<Areas> areas,
                         std::vector<TableSpec> tables, Together together)
    : policy_(policy),
      kind_(kind),
      areas_(std::move(areas)),
      specs_(std::move(tables)),
      together_(together) {}

TableFamily::TableFamily(const Policy& policy, MeasureKind kind,
                         std::shared_ptr<const TableShape> shape,
                         std::vector<std::string> categories, std::vector<AtomTotals> atoms)
    : policy_(policy),
      kind_(kind),
      shape_(std::move(shape)),
      categories_(std::move(categories)),
      atoms_(std::move(atoms)) {}

void TableFamily::SetTables(std::vector<TableSpec> tables) {
  specs_ = std::move(tables);
  shape_ = nullptr;
}

void TableFamily::Add(const UnitRow& row) {
  // Rows of one unit come one after another.
  if (last_ == nullptr || last_->first.values != row.values || last_->first.passes != row.passes) {
    const auto [place, added] =
        places_.try_emplace({row.values, row.passes}, static_cast<int>(atoms_.size()));
    last_ = &*place;
    if (added) {
      atoms_.emplace_back();
      shape_ = nullptr;
    }
  }
  AtomTotals& atom = atoms_[static_cast<size_t>(last_->second)];
  if (row.category.empty()) {
    atom.AddUnit(row.sums, row.holder, WantsHolders(policy_));
    return;
  }
  const auto found = std::find(categories_.begin(), categories_.end(), row.category);
  const auto category = static_cast<size_t>(found - categories_.begin());
  if (found == categories_.end()) categories_.push_back(row.category);
  atom.totals.At(category) += row.sums;
}

GroupTotals TableFamily::TotalsOf(const std::vector<int>& atoms) const {
  GroupTotals totals;
  for (const int atom : atoms) totals.Add(atoms_[static_cast<size_t>(atom)].totals);
  return totals;
}

double TableFamily::SumOf(const GroupTotals& totals, const std::string& category) const {
  if (category.empty()) return static_cast<double>(totals.base.sum);
  const auto found = std::find(categories_.begin(), categories_.end(), category);
  return static_cast<double>(totals.Of(static_cast<size_t>(found - categories_.begin())).sum);
}

void TableFamily::AddQuantities() {
  bool negative = false;
  for (const AtomTotals& atom : atoms_) {
    negative = negative || atom.totals.base.sum < 0;
    for (const Sums& sums : atom.totals.of_category) negative = negative || sums.sum < 0;
  }
  Quantity records{.kind = QuantityKind::kRecords};
  Quantity units{.kind = QuantityKind::kUnits};
  for (const AtomTotals& atom : atoms_) {
    records.values.push_back(static_cast<double>(atom.totals.records()));
    units.values.push_back(static_cast<double>(atom.totals.units));
    problem_.holders.push_back(atom.holder);
  }
  problem_.quantities = {std::move(records), std::move(units)};
  // Quantiles are told of groups whose records are; how many have each value is not.
  if (kind_ == MeasureKind::kCount || kind_ == MeasureKind::kQuantiles) return;
  const bool by_category =
      kind_ == MeasureKind::kDistribution || kind_ == MeasureKind::kRankingShare;
  std::set<std::string> categories(categories_.begin(), categories_.end());
  categories.insert("");
  for (const std::string& category : categories) {
    if (category.empty() == by_category && category != kBelow) continue;
    Quantity sum{.kind = QuantityKind::kSum, .category = category, .may_be_negative = negative};
    Quantity rest{.kind = QuantityKind::kRest, .category = category};
    for (const AtomTotals& atom : atoms_) {
      const double value = SumOf(atom.totals, category);
      sum.values.push_back(value);
      rest.values.push_back(static_cast<double>(atom.totals.records()) - value);
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

void TableFamily::AddCell(int cell) {
  const auto i = static_cast<size_t>(cell);
  const GroupTotals totals = TotalsOf(problem_.cells.members[i]);
  Reason& reason = problem_.reasons[i];
  reason = SensitivityOf(policy_, kind_, totals);
  const std::vector<int>& left_out = shape_->left_out()[i];
  if (reason == Reason::kNone && !left_out.empty()) {
    const GroupTotals outside = TotalsOf(left_out);
    if (outside.records() > 0 && SensitivityOf(policy_, kind_, outside) != Reason::kNone) {
      reason = Reason::kDifferencing;
    }
  }
  problem_.costs[i] =
      1e-3 + (policy_.cost == SuppressionCost::kGroups  ? 1.0
              : policy_.cost == SuppressionCost::kUnits ? static_cast<double>(totals.units)
                                                        : static_cast<double>(totals.records()));
  if (reason != Reason::kNone) SetNeeds(cell, totals);
}

void TableFamily::MakeShape() {
  // In the order of their keys, so that it does not matter in which they came.
  std::vector<AtomKey> keys;
  std::vector<AtomTotals> atoms;
  for (auto& [key, place] : places_) {
    keys.push_back(key);
    atoms.push_back(std::move(atoms_[static_cast<size_t>(place)]));
    place = static_cast<int>(atoms.size()) - 1;
  }
  atoms_ = std::move(atoms);
  shape_ = std::make_shared<const TableShape>(areas_, specs_, together_, keys);
}

void TableFamily::Solve(const Suppression* earlier) {
  if (shape_ == nullptr) MakeShape();
  problem_ = SuppressionProblem();
  problem_.cells = shape_->cells();
  problem_.tables = shape_->tables();
  AddQuantities();
  const size_t cells = problem_.cells.members.size();
  problem_.needs.resize(cells);
  problem_.reasons.resize(cells);
  problem_.costs.resize(cells);
  for (int cell = 0; cell < problem_.cells.size(); ++cell) AddCell(cell);
  for (const auto& [table, group] : forbidden_) {
    const int cell = shape_->CellOf(table, group);
    if (cell < 0) continue;
    const auto i = static_cast<size_t>(cell);
    if (problem_.reasons[i] != Reason::kNone) continue;
    problem_.reasons[i] = Reason::kDifferencing;
    SetNeeds(cell, TotalsOf(problem_.cells.members[i]));
  }
  solution_ = Suppress(problem_, earlier);
}

Reason TableFamily::ReasonOf(int table, const Group& group) const {
  return ReasonAt(shape_->CellOf(table, group));
}

bool TableFamily::Withholds(int table) const {
  return shape_->HasGroups(table) && solution_.withheld[static_cast<size_t>(shape_->NodeOf(table))];
}

bool Audit::met() const {
  return std::all_of(ranges.begin(), ranges.end(), [](const KnownRange& each) { return each.met; });
}

Audit TableFamily::AuditOf(int table) const {
  const std::vector<int> visible = shape_->SeenWith(table);
  Audit audit;
  audit.tables = static_cast<int>(visible.size());
  std::map<int, Group> groups;
  std::vector<int> cells;
  for (auto& [group, cell] : shape_->GroupsOf(table)) {
    groups.emplace(cell, group);
    cells.push_back(cell);
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
  std::stable_sort(audit.ranges.begin(), audit.ranges.end(),
                   [](const KnownRange& a, const KnownRange& b) { return a.group < b.group; });
  return audit;
}

}  // namespace vg::indicators::disclosure
