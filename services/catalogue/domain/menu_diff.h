// What changed from one edition of the menu to another.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_DIFF_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_DIFF_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/catalogue/domain/lineage.h"
#include "services/catalogue/domain/menu.h"

namespace vg::catalogue {

// As the API numbers them.
enum class ChangeKind { kAdded = 1, kRemoved = 2, kChanged = 3, kReplaced = 4 };

// A difference about one intervention.
struct InterventionChange {
  std::string intervention;  // Its id.
  ChangeKind kind = ChangeKind::kChanged;
  std::string field;   // "title.nl", "evidence[EEF].effect_months"; of kChanged only.
  std::string before;  // Empty if there was nothing.
  std::string after;   // Empty if there is nothing.
  std::set<std::string> replaced_by = {};  // Of kReplaced: ids on the newer menu.
  std::set<std::string> replaces = {};     // Of kAdded: ids on the older menu.

  friend bool operator==(const InterventionChange&, const InterventionChange&) = default;
};

// A field that differs.
struct FieldChange {
  std::string field;   // "title.nl", "categories[F].supporting_only".
  std::string before;  // Empty if there was nothing.
  std::string after;   // Empty if there is nothing.

  friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

// What differs beside the interventions, in the order of the newer edition, what it lacks last.
std::vector<FieldChange> EditionChanges(const MenuEdition& before, const MenuEdition& after);

// Holds two editions against each other. Borrows them.
class MenuDiff {
 public:
  // `lineage` knows the editions between the two and the newer one.
  MenuDiff(const Menu& before, const Menu& after, const Lineage& lineage);

  // The changes by the order of the newer menu, one per field that differs; what was removed or
  // replaced last, in the order of the older one. The order of a menu itself is no difference.
  std::vector<InterventionChange> All() const;

  // Those about one intervention.
  std::vector<InterventionChange> Of(const std::string& intervention) const;

 private:
  void AddChangesOf(const std::string& intervention,
                    std::vector<InterventionChange>& changes) const;

  const Menu& before_;
  const Menu& after_;
  std::map<std::string, std::set<std::string>> replaced_by_;  // By the older id.
  std::map<std::string, std::set<std::string>> replaces_;     // By the newer id.
};

// Something that happened to an intervention of the older edition.
struct Fate {
  ChangeKind kind = ChangeKind::kChanged;
  std::set<std::string> replaced_by;
};

// The interventions of the older edition that `changes` are about.
std::map<std::string, Fate> Touched(const std::vector<InterventionChange>& changes);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_MENU_DIFF_H_
