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

// A category as it is shown, and where it is among the columns; -1: nobody is in it.
struct Shown {
  std::string category;
  int column = -1;
};

std::vector<Shown> ShownOf(const Rules& rules, const std::vector<std::string>& known,
                           const std::vector<std::string>& columns) {
  std::vector<Shown> shown;
  if (rules.kind == MeasureKind::kQuantiles) {
    for (const std::string& share : rules.shares) shown.push_back({share, -1});
    return shown;
  }
  if (!HasOptions(rules.kind)) return {{"", -1}};
  for (const std::string& category : known) shown.push_back({category, -1});
  std::vector<Shown> others;
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto found = std::find(known.begin(), known.end(), columns[i]);
    if (found != known.end()) {
      shown[static_cast<size_t>(found - known.begin())].column = static_cast<int>(i);
    } else {
      others.push_back({columns[i], static_cast<int>(i)});
    }
  }
  std::sort(others.begin(), others.end(),
            [](const Shown& a, const Shown& b) { return a.category < b.category; });
  shown.insert(shown.end(), others.begin(), others.end());
  return shown;
}

std::vector<StepColumn> StepsOf(const std::vector<std::string>& columns) {
  std::vector<StepColumn> steps;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::optional<int64_t> step = StepOf(columns[i]);
    if (step.has_value()) steps.push_back({*step, i});
  }
  std::sort(steps.begin(), steps.end(),
            [](const StepColumn& a, const StepColumn& b) { return a.step < b.step; });
  return steps;
}

// The least value that a share of the records is not above.
Exact QuantileOf(const Rules& rules, const std::string& share, const disclosure::GroupTotals& sums,
                 const std::vector<StepColumn>& steps) {
  // Definitions hold only shares that can be read.
  const Exact wanted = *Exact::FromDecimal(share) * Exact(sums.base.n);
  int64_t below = 0;
  for (const StepColumn& each : steps) {
    below += sums.Of(each.column).sum;
    if (Exact(below) >= wanted) return rules.step * Exact(each.step);
  }
  return rules.step * Exact(rules.greatest_step);
}

bool HasAnybody(const SumsColumns::Category& category) {
  for (int unit = 0; unit < category.size(); ++unit) {
    if (!category.At(unit).IsZero()) return true;
  }
  return false;
}

// Nothing for a ratio over nothing.
std::optional<Exact> ValueOf(const Rules& rules, const Shown& shown, int64_t sum,
                             const disclosure::GroupTotals& sums,
                             const std::vector<StepColumn>& steps, int below) {
  switch (rules.kind) {
    case MeasureKind::kCount:
      return Exact(sums.base.n);
    case MeasureKind::kTotal:
      return Exact::FromScaled(sum, rules.decimals);
    case MeasureKind::kQuantiles:
      return QuantileOf(rules, shown.category, sums, steps);
    case MeasureKind::kRatio: {
      const int64_t over = below < 0 ? 0 : sums.Of(static_cast<size_t>(below)).sum;
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

bool IsUnchanged(const Estimate& before, const Estimate& after) {
  return before.stamp == after.stamp && before.state == after.state &&
         before.reason == after.reason && before.group == after.group &&
         before.category == after.category;
}

bool HasOptions(MeasureKind kind) {
  return kind == MeasureKind::kDistribution || kind == MeasureKind::kRankingShare;
}

bool IsShare(MeasureKind kind) { return kind == MeasureKind::kProportion || HasOptions(kind); }

std::vector<StepColumn> StepsOf(const SumsColumns& sums) {
  std::vector<std::string> columns;
  for (const SumsColumns::Category& category : sums.categories()) columns.push_back(category.name);
  return StepsOf(columns);
}

std::vector<Estimate> Tabulate(const Rules& rules, const std::vector<std::string>& categories,
                               const UnitFigures& figures) {
  return Tabulate(rules, categories, *figures.index, AtomsOf({}, figures, {}));
}

std::vector<Estimate> Tabulate(const Rules& rules, const std::vector<std::string>& categories,
                               const TableIndex& index, const TableAtoms& atoms) {
  const std::vector<Shown> shown = ShownOf(rules, categories, atoms.categories);
  const std::vector<StepColumn> steps =
      rules.kind == MeasureKind::kQuantiles ? StepsOf(atoms.categories) : std::vector<StepColumn>();
  const auto below = std::find(atoms.categories.begin(), atoms.categories.end(), kBelow);
  const int below_column =
      below == atoms.categories.end() ? -1 : static_cast<int>(below - atoms.categories.begin());
  std::vector<Estimate> table;
  table.reserve((atoms.places.size() + 1) * shown.size());
  const auto add = [&](int place, const disclosure::GroupTotals& of, uint64_t stamp) {
    for (const Shown& each : shown) {
      Estimate& estimate = table.emplace_back();
      if (place >= 0) estimate.group = index.groups[static_cast<size_t>(place)];
      estimate.category = each.category;
      estimate.place = place;
      estimate.stamp = stamp;
      if (of.records() == 0) continue;
      const int64_t sum = !HasOptions(rules.kind) ? of.base.sum
                          : each.column < 0       ? 0
                                                  : of.Of(static_cast<size_t>(each.column)).sum;
      estimate.state = EstimateState::kPublished;
      estimate.n = of.records();
      estimate.unit_count = of.units;
      estimate.value = ValueOf(rules, each, sum, of, steps, below_column);
      if (IsShare(rules.kind)) estimate.positive_count = sum;
    }
  };
  const auto passes = [&atoms](size_t i) { return atoms.places[i] % 2 == 0; };
  disclosure::GroupTotals all;
  for (size_t i = 0; i < atoms.places.size(); ++i) {
    if (passes(i)) all.Add(atoms.totals[i].totals);
  }
  add(-1, all, atoms.content);
  for (size_t i = 0; i < atoms.places.size(); ++i) {
    const int place = atoms.places[i] / 2 - 1;
    const disclosure::GroupTotals& of = atoms.totals[i].totals;
    if (passes(i) && place >= 0 && !of.base.IsZero()) add(place, of, atoms.stamps[i]);
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
                   const std::vector<int>& silent, const TableAtoms* earlier) {
  const SumsColumns& sums = *figures.sums;
  const bool by_holder = disclosure::WantsHolders(policy);
  const auto place_of = [&figures](int unit) {
    return 2 * static_cast<size_t>(figures.GroupOf(unit) + 1) + (figures.LeavesOut(unit) ? 1 : 0);
  };
  TableAtoms atoms{.content = sums.content()};
  std::vector<const SumsColumns::Category*> categories;
  for (const SumsColumns::Category& category : sums.categories()) {
    if (!HasAnybody(category)) continue;
    categories.push_back(&category);
    atoms.categories.push_back(category.name);
  }
  std::vector<disclosure::AtomTotals> all(2 * (figures.index->groups.size() + 1));
  std::vector<uint64_t> stamps(all.size(), 0);
  std::vector<char> there(all.size(), 0), taken(all.size(), 0);
  for (int unit = 0; unit < sums.size(); ++unit) {
    uint64_t& stamp = stamps[place_of(unit)];
    stamp = std::max(stamp, sums.changed(unit));
  }
  if (earlier != nullptr && earlier->categories == atoms.categories) {
    for (size_t i = 0; i < earlier->places.size(); ++i) {
      const auto place = static_cast<size_t>(earlier->places[i]);
      if (stamps[place] != earlier->stamps[i]) continue;
      taken[place] = there[place] = 1;
      all[place] = earlier->totals[i];
    }
  }
  for (int unit = 0; unit < sums.size(); ++unit) {
    const size_t place = place_of(unit);
    if (taken[place] != 0) continue;
    const Sums base = sums.BaseAt(unit);
    if (!base.IsZero()) {
      there[place] = 1;
      all[place].AddUnit(base, figures.HolderOf(unit), by_holder);
    }
    for (size_t i = 0; i < categories.size(); ++i) {
      const Sums added = categories[i]->At(unit);
      if (added.IsZero()) continue;
      there[place] = 1;
      all[place].totals.At(i) += added;
    }
  }
  for (const int unit : silent) there[place_of(unit)] = 1;
  for (size_t place = 0; place < all.size(); ++place) {
    if (there[place] == 0) continue;
    atoms.places.push_back(static_cast<int>(place));
    atoms.totals.push_back(std::move(all[place]));
    atoms.stamps.push_back(stamps[place]);
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
  const auto reason_of = [&protection](const Estimate& estimate) {
    return protection.ReasonOf(estimate.group);
  };
  Protect(reason_of, protection.HidesAllGroups(), table);
}

void Protect(absl::FunctionRef<disclosure::Reason(const Estimate&)> reason_of, bool withheld,
             std::vector<Estimate>& table) {
  if (withheld) {
    std::erase_if(table, [](const Estimate& estimate) { return !estimate.group.empty(); });
  }
  disclosure::Reason reason = disclosure::Reason::kNone;
  for (size_t i = 0; i < table.size(); ++i) {
    Estimate& estimate = table[i];
    // The categories of a group follow each other.
    if (i == 0 || table[i - 1].place != estimate.place) reason = reason_of(estimate);
    if (reason == disclosure::Reason::kNone) continue;
    estimate = {.group = std::move(estimate.group),
                .category = std::move(estimate.category),
                .state = EstimateState::kSuppressed,
                .reason = reason,
                .place = estimate.place};
  }
}

}  // namespace vg::indicators
