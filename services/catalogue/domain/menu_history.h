// The editions of the menu in time, and an intervention's way through them.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_HISTORY_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_HISTORY_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"

#include "services/catalogue/domain/menu.h"
#include "services/catalogue/domain/menu_diff.h"

namespace vg::catalogue {

// All editions, by first day, oldest first.
using Editions = std::span<const Menu* const>;

// The last day on which schools choose from the edition at `place`: the one it was published with,
// or the day before the next edition begins; nothing if it lasts.
std::optional<absl::CivilDay> LastDay(Editions editions, size_t place);

// What one edition says of an intervention.
struct InterventionEdition {
  size_t edition = 0;                       // Its place in the editions.
  std::optional<size_t> place;              // On its menu; nothing if the edition no longer has it.
  std::vector<InterventionChange> changes;  // Since the edition before; none for the first of all.
};

// The editions that have `intervention`, those that no longer have what the one before had, and the
// one in which something takes the place of what was dropped before.
std::vector<InterventionEdition> HistoryOf(const std::string& intervention, Editions editions);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_MENU_HISTORY_H_
