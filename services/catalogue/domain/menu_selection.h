// Which interventions of an edition somebody asks for, and in which order.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_SELECTION_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_SELECTION_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"

#include "common/status/error.h"
#include "services/catalogue/domain/menu.h"

namespace vg::catalogue {

// As the API numbers them. kEffect: the largest first; kStrength: the strongest; kCost: the
// cheapest. What the scheme says nothing of comes last, equal ones are in the order of the menu.
enum class InterventionOrder { kMenu = 0, kEffect = 1, kStrength = 2, kCost = 3 };

// What is empty or absent lets everything.
struct MenuSelection {
  std::string category;
  Sector sector = Sector::kUnspecified;
  std::string text;
  std::string grant;
  std::optional<absl::CivilDay> payable_on;
  // Whose evidence the rest goes by. What it says nothing of is let by no bound.
  std::string scheme;
  std::string scope;  // Of that evidence; empty for what holds as a whole.
  InterventionOrder order = InterventionOrder::kMenu;
  std::optional<int> min_strength;
  std::optional<int> max_cost;
  std::optional<int> min_effect_months;
};

// What is wrong with asking `selection` of `edition`: UNKNOWN_SCHEME, UNKNOWN_SCOPE, and
// REQUIRED for a scheme that is needed. Empty if it can be asked.
std::vector<FieldViolation> CheckSelection(const MenuEdition& edition,
                                           const MenuSelection& selection);

// The places on the menu of what `selection`, which is right, lets.
std::vector<size_t> Select(const MenuEdition& edition, const MenuSelection& selection);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_MENU_SELECTION_H_
