#include "services/catalogue/domain/menu_history.h"

#include <utility>

namespace vg::catalogue {

std::optional<absl::CivilDay> LastDay(Editions editions, size_t place) {
  const MenuEdition& edition = editions[place]->edition();
  if (edition.end_date || place + 1 == editions.size()) return edition.end_date;
  return editions[place + 1]->edition().start_date - 1;
}

std::vector<InterventionEdition> HistoryOf(const std::string& intervention, Editions editions) {
  std::vector<InterventionEdition> history;
  Lineage lineage;
  for (size_t i = 0; i < editions.size(); ++i) {
    lineage.Add(editions[i]->edition());
    const std::optional<size_t> place = editions[i]->Find(intervention);
    std::vector<InterventionChange> changes;
    if (i > 0) changes = MenuDiff(*editions[i - 1], *editions[i], lineage).Of(intervention);
    if (place || !changes.empty()) history.push_back({i, place, std::move(changes)});
  }
  return history;
}

}  // namespace vg::catalogue
