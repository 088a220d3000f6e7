#include "services/catalogue/domain/menu_history.h"

#include <algorithm>
#include <utility>

namespace vg::catalogue {

std::optional<absl::CivilDay> LastDay(Editions editions, size_t place) {
  const MenuEdition& edition = editions[place]->edition();
  if (edition.end_date || place + 1 == editions.size()) return edition.end_date;
  return editions[place + 1]->edition().start_date - 1;
}

namespace {

// Whether an edition before the one at `place` has `intervention`.
bool WasOnMenu(const std::string& intervention, Editions editions, size_t place) {
  const Editions former = editions.first(place);
  return std::any_of(former.begin(), former.end(),
                     [&](const Menu* menu) { return menu->Find(intervention).has_value(); });
}

// Adds to an intervention that is new what it says that it replaces and the edition before did not
// have any more.
void AddFormerOnes(const Menu& menu, Editions editions, size_t place, InterventionChange& added) {
  const Intervention& intervention = menu.edition().interventions[*menu.Find(added.intervention)];
  for (const std::string& replaced : intervention.replaces) {
    if (!menu.Find(replaced) && WasOnMenu(replaced, editions, place)) {
      added.replaces.insert(replaced);
    }
  }
}

}  // namespace

std::vector<InterventionEdition> HistoryOf(const std::string& intervention, Editions editions) {
  std::vector<InterventionEdition> history;
  Lineage lineage;
  std::optional<size_t> dropped;  // The last edition that has it, while nothing took its place.
  for (size_t i = 0; i < editions.size(); ++i) {
    const Menu& menu = *editions[i];
    lineage.Add(menu.edition());
    const std::optional<size_t> place = menu.Find(intervention);
    std::vector<InterventionChange> changes;
    if (i > 0) changes = MenuDiff(*editions[i - 1], menu, lineage).Of(intervention);
    if (!place && changes.empty() && dropped) {
      changes = MenuDiff(*editions[*dropped], menu, lineage).Of(intervention);
      std::erase_if(changes, [](const auto& change) { return change.replaced_by.empty(); });
    }
    for (InterventionChange& change : changes) {
      if (change.kind == ChangeKind::kAdded) AddFormerOnes(menu, editions, i, change);
      if (change.kind == ChangeKind::kRemoved) dropped = i - 1;
      if (change.kind == ChangeKind::kReplaced) dropped.reset();
    }
    if (place) dropped.reset();
    if (place || !changes.empty()) history.push_back({i, place, std::move(changes)});
  }
  return history;
}

}  // namespace vg::catalogue
