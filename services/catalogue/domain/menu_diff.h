// What changed from one edition of the menu to another.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_DIFF_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_DIFF_H_

#include <set>
#include <string>
#include <vector>

#include "services/catalogue/domain/menu.h"

namespace vg::catalogue {

// As the API numbers them.
enum class ChangeKind { kAdded = 1, kRemoved = 2, kChanged = 3 };

// A difference about one intervention.
struct InterventionChange {
  std::string intervention;  // Its id.
  ChangeKind kind = ChangeKind::kChanged;
  std::string field;   // "title.nl", "evidence[EEF].effect_months"; empty for added and removed.
  std::string before;  // Empty if there was nothing.
  std::string after;   // Empty if there is nothing.

  friend bool operator==(const InterventionChange&, const InterventionChange&) = default;
};

// The changes by the order of `after`, one per field that differs; removed interventions last, in
// the order of `before`. The order of a menu itself is no difference.
std::vector<InterventionChange> Diff(const Menu& before, const Menu& after);

// The interventions of the older edition that `changes` are about.
std::set<std::string> Touched(const std::vector<InterventionChange>& changes);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_MENU_DIFF_H_
