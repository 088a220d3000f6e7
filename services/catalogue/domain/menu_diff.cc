#include "services/catalogue/domain/menu_diff.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/catalogue/domain/menu_fields.h"

namespace vg::catalogue {
namespace {

// Fields of the newer one in its order, then those that only the older one has.
std::vector<FieldChange> Compare(const Fields& before, const Fields& after) {
  std::vector<FieldChange> changes;
  std::map<std::string, std::string> old_values(before.begin(), before.end());
  for (const auto& [path, value] : after) {
    const auto found = old_values.find(path);
    const std::string old = found == old_values.end() ? std::string() : found->second;
    if (old != value) changes.push_back({path, old, value});
    if (found != old_values.end()) old_values.erase(found);
  }
  for (const auto& [path, value] : before) {
    if (old_values.contains(path)) changes.push_back({path, value, ""});
  }
  return changes;
}

std::set<std::string> ValueOr(const std::map<std::string, std::set<std::string>>& sets,
                              const std::string& key) {
  const auto found = sets.find(key);
  return found == sets.end() ? std::set<std::string>() : found->second;
}

}  // namespace

std::vector<FieldChange> EditionChanges(const MenuEdition& before, const MenuEdition& after) {
  return Compare(EditionFieldsOf(before), EditionFieldsOf(after));
}

MenuDiff::MenuDiff(const Menu& before, const Menu& after, const Lineage& lineage)
    : before_(before), after_(after) {
  for (const Intervention& intervention : after.edition().interventions) {
    for (const std::string& ancestor : lineage.AncestorsOf(intervention.id)) {
      if (!before.Find(ancestor) || after.Find(ancestor)) continue;
      replaced_by_[ancestor].insert(intervention.id);
      replaces_[intervention.id].insert(ancestor);
    }
  }
}

std::vector<InterventionChange> MenuDiff::All() const {
  std::vector<InterventionChange> changes;
  for (const Intervention& intervention : after_.edition().interventions) {
    AddChangesOf(intervention.id, changes);
  }
  for (const Intervention& intervention : before_.edition().interventions) {
    if (!after_.Find(intervention.id)) AddChangesOf(intervention.id, changes);
  }
  return changes;
}

std::vector<InterventionChange> MenuDiff::Of(const std::string& intervention) const {
  std::vector<InterventionChange> changes;
  AddChangesOf(intervention, changes);
  return changes;
}

void MenuDiff::AddChangesOf(const std::string& intervention,
                            std::vector<InterventionChange>& changes) const {
  const std::optional<size_t> was = before_.Find(intervention);
  const std::optional<size_t> is = after_.Find(intervention);
  if (was && is) {
    for (FieldChange& change : Compare(FieldsOf(before_.edition().interventions[*was]),
                                       FieldsOf(after_.edition().interventions[*is]))) {
      changes.push_back({intervention, ChangeKind::kChanged, std::move(change.field),
                         std::move(change.before), std::move(change.after)});
    }
  } else if (is) {
    changes.push_back({.intervention = intervention,
                       .kind = ChangeKind::kAdded,
                       .replaces = ValueOr(replaces_, intervention)});
  } else if (was) {
    std::set<std::string> replaced_by = ValueOr(replaced_by_, intervention);
    changes.push_back({.intervention = intervention,
                       .kind = replaced_by.empty() ? ChangeKind::kRemoved : ChangeKind::kReplaced,
                       .replaced_by = std::move(replaced_by)});
  }
}

std::map<std::string, Fate> Touched(const std::vector<InterventionChange>& changes) {
  std::map<std::string, Fate> touched;
  for (const InterventionChange& change : changes) {
    if (change.kind == ChangeKind::kAdded) continue;
    touched.try_emplace(change.intervention, Fate{change.kind, change.replaced_by});
  }
  return touched;
}

}  // namespace vg::catalogue
