// Figures as somebody may see them: what the policy hides or changes.

#include <algorithm>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/secret.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/asked_units.h"
#include "services/indicators/api/tables.h"
#include "services/indicators/domain/perturbed_table.h"

namespace vg::indicators {
namespace {

bool HasSums(const SumsColumns& sums, int unit) {
  return !sums.BaseAt(unit).IsZero() ||
         std::any_of(sums.categories().begin(), sums.categories().end(),
                     [unit](const auto& category) { return !category.At(unit).IsZero(); });
}

}  // namespace

// What a protected table was made of.
struct Tables::Makings {
  std::shared_ptr<const TableIndex> index;
  std::shared_ptr<const std::vector<char>> left_out;
  std::shared_ptr<const std::vector<int>> holders;
  std::shared_ptr<const Shape> shape;
  TableAtoms atoms;
  std::shared_ptr<const disclosure::Suppression> suppression;

  // Whether the atoms of another table are of the same places.
  bool IsOver(const Query& query) const {
    return index == query.index && left_out == query.left_out && holders == query.holders &&
           !query.policy.policy.hide_zeros;
  }
};

TableAtoms Tables::AtomsOf(const Query& query) {
  return indicators::AtomsOf(query.policy.policy, query.figures(), SilentUnits(query));
}

std::vector<Estimate> Tables::TabulateAll(const Query& query, const TableAtoms& atoms) {
  std::vector<Estimate> estimates =
      Tabulate(query.source.definition->rules, query.source.categories, *query.index, atoms);
  if (!query.policy.policy.hide_zeros) return estimates;
  std::set<Group> there;
  for (const Estimate& estimate : estimates) there.insert(estimate.group);
  std::vector<Estimate> nobody;
  for (const GroupedSums& row : RowsToProtect(query)) {
    if (row.filtered_out || !there.insert(row.group).second) continue;
    for (const Estimate& total : estimates) {
      if (!total.group.empty()) break;
      nobody.push_back({.group = row.group,
                        .category = total.category,
                        .place = query.figures().GroupOf(row.unit)});
    }
  }
  estimates.insert(estimates.end(), nobody.begin(), nobody.end());
  std::stable_sort(estimates.begin(), estimates.end(),
                   [](const Estimate& a, const Estimate& b) { return a.group < b.group; });
  return estimates;
}

// Those who were asked and are silent, if the policy hides that.
std::vector<int> Tables::SilentUnits(const Query& query) {
  std::vector<int> silent;
  if (!query.policy.policy.hide_zeros) return silent;
  const UnitTable& units = query.source.units->units;
  const Population asked = AskedOf(query.source, units);
  std::set<std::string_view> population;
  for (const int unit : asked.units) population.insert(units.name(unit));
  const std::vector<const std::string*> names = sums_.memory().Names();
  const UnitFigures figures = query.figures();
  for (int unit = 0; unit < static_cast<int>(figures.index->group_of.size()); ++unit) {
    if (figures.GroupOf(unit) < 0 || HasSums(*figures.sums, unit)) continue;
    if (population.contains(*names[static_cast<size_t>(unit)])) silent.push_back(unit);
  }
  return silent;
}

std::vector<GroupedSums> Tables::RowsToProtect(const Query& query) {
  const UnitFigures figures = query.figures();
  std::vector<GroupedSums> rows = RowsOf(figures);
  for (const int unit : SilentUnits(query)) {
    const int group = figures.GroupOf(unit);
    rows.push_back({figures.index->groups[static_cast<size_t>(group)],
                    "",
                    {},
                    unit,
                    unit,
                    figures.LeavesOut(unit)});
  }
  return rows;
}

std::shared_ptr<const Tables::Shape> Tables::ShapeOf(const Query& query,
                                                     const std::vector<int>& places) {
  const std::string key =
      absl::StrCat(query.index_key, " ",
                   query.left_out == nullptr ? "" : query.request.filter().SerializeAsString());
  const std::shared_ptr<const Shape> kept = shapes_.Get(key);
  // Another if somebody answered in a group that had nobody, or nobody has any more.
  if (kept != nullptr && kept->index == query.index && kept->places == places) return kept;
  Shape made{query.index, places, indicators::ShapeOf(places, *query.index, query.areas()), {}};
  made.cells.push_back(made.shape->CellOf(0, Group()));
  for (const Group& group : query.index->groups) {
    made.cells.push_back(made.shape->CellOf(0, group));
  }
  return shapes_.Put(key, std::make_shared<const Shape>(std::move(made)));
}

disclosure::Protection Tables::ProtectionOf(const Query& query, const Shape& shape,
                                            TableAtoms atoms,
                                            const std::set<Group>& forbidden) const {
  disclosure::Protection protection(query.policy.policy, query.source.definition->rules.kind,
                                    shape.shape, std::move(atoms.categories),
                                    std::move(atoms.totals));
  for (const Group& group : forbidden) protection.Forbid(group);
  return protection;
}

std::shared_ptr<const Tables::Protected> Tables::MakeProtected(const Query& query,
                                                               std::set<Group> forbidden,
                                                               const Protected* earlier) {
  const Makings* const before = earlier == nullptr ? nullptr : earlier->makings.get();
  auto makings = std::make_shared<Makings>();
  makings->index = query.index;
  makings->left_out = query.left_out;
  makings->holders = query.holders;
  makings->atoms =
      indicators::AtomsOf(query.policy.policy, query.figures(), SilentUnits(query),
                          before != nullptr && before->IsOver(query) ? &before->atoms : nullptr);
  makings->shape = ShapeOf(query, makings->atoms.places);
  const Shape& shape = *makings->shape;
  auto made = std::make_shared<Protected>();
  made->content = makings->atoms.content;
  made->estimates = TabulateAll(query, makings->atoms);
  disclosure::Protection protection = ProtectionOf(query, shape, makings->atoms, forbidden);
  if (before != nullptr && before->shape == makings->shape) {
    protection.StartFrom(before->suppression);
  }
  made->forbidden = std::move(forbidden);
  made->groups_withheld = protection.HidesAllGroups();
  const auto reason_of = [&](const Estimate& estimate) {
    return protection.ReasonAt(shape.cells[static_cast<size_t>(estimate.place + 1)]);
  };
  Protect(reason_of, made->groups_withheld, made->estimates);
  made->SetSeen(earlier);
  makings->suppression = std::make_shared<const disclosure::Suppression>(protection.Outcome());
  made->makings = std::move(makings);
  return made;
}

std::shared_ptr<const Tables::Protected> Tables::Suppressed(const Query& query) {
  const std::string key = query.basis_key();
  const std::shared_ptr<const Protected> kept = suppressed_.Get(key);
  if (kept != nullptr && kept->content == query.sums.sums->content()) return kept;
  return suppressed_.Put(key, MakeProtected(query, {}, kept.get()));
}

absl::StatusOr<std::shared_ptr<const Tables::Protected>> Tables::Perturbed(const Query& query) {
  const std::vector<const std::string*> names = sums_.memory().Names();
  std::shared_ptr<const std::vector<uint64_t>> keys = unit_keys_.Get("");
  if (keys == nullptr || keys->size() < names.size()) {
    ASSIGN_OR_RETURN(const std::string secret, disclosures_.Secret());
    std::vector<uint64_t> made;
    for (const std::string* name : names) {
      uint64_t key = 0;
      const std::string octets = HmacSha256(secret, absl::StrCat("unit ", *name));
      std::memcpy(&key, octets.data(), sizeof(key));
      made.push_back(key);
    }
    keys = unit_keys_.Put("", std::make_shared<const std::vector<uint64_t>>(std::move(made)));
  }
  auto made = std::make_shared<Protected>();
  made->estimates =
      Tabulate(query.source.definition->rules, query.source.categories, query.figures());
  Perturb(query.policy.policy, query.source.definition->rules.kind, *keys, query.figures(),
          made->estimates);
  // What was changed in one row may depend on all others.
  for (Estimate& estimate : made->estimates) estimate.stamp = query.sums.sums->content();
  return made;
}

absl::StatusOr<std::shared_ptr<const Tables::Protected>> Tables::ProtectedFor(
    const Query& query, const Viewer& viewer) {
  if (viewer.unprotected) {
    auto made = std::make_shared<Protected>();
    made->estimates = TabulateAll(query, AtomsOf(query));
    return made;
  }
  if (!query.policy.policy.suppresses()) return Perturbed(query);
  return Guarded(query, viewer);
}

absl::StatusOr<bool> Tables::GivesAway(const Query& query) {
  const WeightingPlan& plan = query.weights->plan;
  std::vector<std::vector<Breakdown>> tables;
  for (const std::vector<Attribute>& attributes : WeightAttributes(plan)) {
    std::vector<Breakdown>& table = tables.emplace_back();
    for (const Attribute attribute : attributes) table.push_back({attribute, ""});
  }
  if (plan.design == DesignKind::kSample) tables.push_back({{std::nullopt, "stratum"}});
  if (tables.empty()) return false;
  const std::string key =
      absl::StrCat(query.sums.sums->content(), " ", query.stored.serial, " ",
                   query.left_out == nullptr ? "" : query.request.filter().SerializeAsString(), " ",
                   query.weights->key, " ", query.policy.digest);
  if (const std::shared_ptr<const bool> kept = give_away_.Get(key)) return *kept;
  ASSIGN_OR_RETURN(const std::shared_ptr<const SnapshotUnits> frame,
                   peers_.Units(query.source.frame));
  bool gives_away = false;
  for (const std::vector<Breakdown>& table : tables) {
    std::string index_key;
    const std::shared_ptr<const TableIndex> index =
        Index(table, *frame, query.source.sample.get(), query.sums.sums->size(), &index_key);
    UnitFigures figures = query.figures();
    figures.index = index.get();
    gives_away =
        gives_away || WeightsTellHiddenGroups(query.policy.policy, query.source.definition->rules,
                                              AreasOf(table, frame->units), figures);
  }
  give_away_.Put(key, std::make_shared<const bool>(gives_away));
  return gives_away;
}

}  // namespace vg::indicators
