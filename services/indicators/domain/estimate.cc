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

// What the records of one group add up to.
struct GroupSums {
  Sums base;
  int64_t units = 0;
  std::vector<Sums> of_category;  // In the order of the columns.
};

// A category as it is shown, and where it is among the columns; -1: nobody is in it.
struct Shown {
  std::string category;
  int column = -1;
};

std::vector<Shown> ShownOf(const Rules& rules, const std::vector<std::string>& known,
                           const SumsColumns& sums) {
  std::vector<Shown> shown;
  if (rules.kind == MeasureKind::kQuantiles) {
    for (const std::string& share : rules.shares) shown.push_back({share, -1});
    return shown;
  }
  if (!HasOptions(rules.kind)) return {{"", -1}};
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
    const SumsColumns::Category& category = sums.categories()[i];
    for (int unit = 0; unit < category.size(); ++unit) {
      const Sums added = category.At(unit);
      if (added.IsZero() || figures.LeavesOut(unit)) continue;
      all.of_category[i] += added;
      const int group = figures.GroupOf(unit);
      if (group >= 0) groups[static_cast<size_t>(group)].of_category[i] += added;
    }
  }
  return groups;
}

// The least value that a share of the records is not above.
Exact QuantileOf(const Rules& rules, const std::string& share, const GroupSums& sums,
                 const std::vector<StepColumn>& steps) {
  // Definitions hold only shares that can be read.
  const Exact wanted = *Exact::FromDecimal(share) * Exact(sums.base.n);
  int64_t below = 0;
  for (const StepColumn& each : steps) {
    below += sums.of_category[each.column].sum;
    if (Exact(below) >= wanted) return rules.step * Exact(each.step);
  }
  return rules.step * Exact(rules.greatest_step);
}

// Nothing for a ratio over nothing.
std::optional<Exact> ValueOf(const Rules& rules, const Shown& shown, int64_t sum,
                             const GroupSums& sums, const std::vector<StepColumn>& steps,
                             int below) {
  switch (rules.kind) {
    case MeasureKind::kCount:
      return Exact(sums.base.n);
    case MeasureKind::kTotal:
      return Exact::FromScaled(sum, rules.decimals);
    case MeasureKind::kQuantiles:
      return QuantileOf(rules, shown.category, sums, steps);
    case MeasureKind::kRatio: {
      const int64_t over = below < 0 ? 0 : sums.of_category[static_cast<size_t>(below)].sum;
      if (over == 0) return std::nullopt;
      return *Exact::FromFraction(sum, over);
    }
    case MeasureKind::kMean:
      return *Exact::FromFraction(sum, sums.base.n) *
             *Exact::FromFraction(1, PowerOfTen(rules.decimals));
    case MeasureKind::kProportion:
    case MeasureKind::kDistribution:
    case MeasureKind::kRankingShare:
      break;
  }
  return *Exact::FromFraction(sum, sums.base.n);
}

}  // namespace

bool HasOptions(MeasureKind kind) {
  return kind == MeasureKind::kDistribution || kind == MeasureKind::kRankingShare;
}

bool IsShare(MeasureKind kind) { return kind == MeasureKind::kProportion || HasOptions(kind); }

std::vector<StepColumn> StepsOf(const SumsColumns& sums) {
  std::vector<StepColumn> steps;
  for (size_t i = 0; i < sums.categories().size(); ++i) {
    const std::optional<int64_t> step = StepOf(sums.categories()[i].name);
    if (step.has_value()) steps.push_back({*step, i});
  }
  std::sort(steps.begin(), steps.end(),
            [](const StepColumn& a, const StepColumn& b) { return a.step < b.step; });
  return steps;
}

std::vector<Estimate> Tabulate(const Rules& rules, const std::vector<std::string>& categories,
                               const UnitFigures& figures) {
  const SumsColumns& columns = *figures.sums;
  const bool quantiles = rules.kind == MeasureKind::kQuantiles;
  const bool ratio = rules.kind == MeasureKind::kRatio;
  const std::vector<GroupSums> sums = Add(figures, quantiles || ratio || HasOptions(rules.kind));
  const std::vector<Shown> shown = ShownOf(rules, categories, columns);
  const std::vector<StepColumn> steps = quantiles ? StepsOf(columns) : std::vector<StepColumn>();
  const SumsColumns::Category* const below = ratio ? columns.Find(kBelow) : nullptr;
  const int below_column =
      below == nullptr ? -1 : static_cast<int>(below - columns.categories().data());
  const std::vector<Group>& groups = figures.index->groups;
  std::vector<Estimate> table;
  table.reserve(sums.size() * shown.size());
  const auto add = [&](const Group& group, const GroupSums& of) {
    for (const Shown& each : shown) {
      Estimate& estimate = table.emplace_back();
      estimate.group = group;
      estimate.category = each.category;
      if (of.base.n == 0) continue;
      const int64_t sum = !HasOptions(rules.kind) ? of.base.sum
                          : each.column < 0       ? 0
                                            : of.of_category[static_cast<size_t>(each.column)].sum;
      estimate.state = EstimateState::kPublished;
      estimate.n = of.base.n;
      estimate.unit_count = of.units;
      estimate.value = ValueOf(rules, each, sum, of, steps, below_column);
      if (IsShare(rules.kind)) estimate.positive_count = sum;
    }
  };
  add({}, sums.back());
  for (size_t i = 0; i < groups.size(); ++i) {
    if (!sums[i].base.IsZero()) add(groups[i], sums[i]);
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
                      category, added, unit, figures.HolderOf(unit), figures.LeavesOut(unit)});
    };
    add("", sums.BaseAt(unit));
    for (const SumsColumns::Category& category : sums.categories()) {
      add(category.name, category.At(unit));
    }
  }
  return rows;
}

TableAtoms AtomsOf(const disclosure::Policy& policy, const UnitFigures& figures,
                   const std::vector<int>& silent) {
  const SumsColumns& sums = *figures.sums;
  const bool by_holder = disclosure::WantsHolders(policy);
  const auto place_of = [&figures](int unit) {
    return 2 * static_cast<size_t>(figures.GroupOf(unit) + 1) + (figures.LeavesOut(unit) ? 1 : 0);
  };
  std::vector<disclosure::AtomTotals> all(2 * (figures.index->groups.size() + 1));
  std::vector<char> there(all.size(), 0);
  for (int unit = 0; unit < sums.size(); ++unit) {
    const Sums base = sums.BaseAt(unit);
    if (base.IsZero()) continue;
    there[place_of(unit)] = 1;
    all[place_of(unit)].AddUnit(base, figures.HolderOf(unit), by_holder);
  }
  for (const int unit : silent) there[place_of(unit)] = 1;
  TableAtoms atoms;
  for (const SumsColumns::Category& category : sums.categories()) {
    bool anybody = false;
    for (int unit = 0; unit < category.size(); ++unit) {
      const Sums added = category.At(unit);
      if (added.IsZero()) continue;
      anybody = true;
      there[place_of(unit)] = 1;
      all[place_of(unit)].totals.At(atoms.categories.size()) += added;
    }
    if (anybody) atoms.categories.push_back(category.name);
  }
  for (size_t place = 0; place < all.size(); ++place) {
    if (there[place] == 0) continue;
    atoms.places.push_back(static_cast<int>(place));
    atoms.totals.push_back(std::move(all[place]));
  }
  return atoms;
}

std::shared_ptr<const disclosure::TableShape> ShapeOf(const std::vector<int>& places,
                                                      const TableIndex& index,
                                                      std::vector<Areas> areas) {
  std::vector<disclosure::AtomKey> keys;
  for (const int place : places) {
    const Group none;
    keys.push_back(
        {place < 2 ? none : index.groups[static_cast<size_t>(place / 2 - 1)], {place % 2 == 0}});
  }
  return disclosure::Protection::ShapeOf(std::move(areas), keys);
}

void Protect(disclosure::Protection& protection, std::vector<Estimate>& table) {
  Protect([&protection](const Group& group) { return protection.ReasonOf(group); },
          protection.HidesAllGroups(), table);
}

void Protect(const std::function<disclosure::Reason(const Group&)>& reason_of, bool withheld,
             std::vector<Estimate>& table) {
  if (withheld) {
    std::erase_if(table, [](const Estimate& estimate) { return !estimate.group.empty(); });
  }
  disclosure::Reason reason = disclosure::Reason::kNone;
  for (size_t i = 0; i < table.size(); ++i) {
    Estimate& estimate = table[i];
    // The categories of a group follow each other.
    if (i == 0 || table[i - 1].group != estimate.group) reason = reason_of(estimate.group);
    if (reason == disclosure::Reason::kNone) continue;
    estimate = {.group = std::move(estimate.group),
                .category = std::move(estimate.category),
                .state = EstimateState::kSuppressed,
                .reason = reason};
  }
}

}  // namespace vg::indicators
