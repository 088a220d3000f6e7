// Which interventions took the place of which, over the editions of the menu.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_LINEAGE_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_LINEAGE_H_

#include <map>
#include <set>
#include <string>

#include "services/catalogue/domain/menu.h"

namespace vg::catalogue {

class Lineage {
 public:
  // Learns what `edition` says that its interventions replace.
  void Add(const MenuEdition& edition);

  // The ids that `intervention` takes the place of, directly or through others between them; never
  // itself, also when editions replace in a circle.
  std::set<std::string> AncestorsOf(const std::string& intervention) const;

 private:
  std::map<std::string, std::set<std::string>> replaces_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_LINEAGE_H_
