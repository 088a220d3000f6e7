#include "services/catalogue/domain/lineage.h"

#include <vector>

namespace vg::catalogue {

void Lineage::Add(const MenuEdition& edition) {
  for (const Intervention& intervention : edition.interventions) {
    if (intervention.replaces.empty()) continue;
    replaces_[intervention.id].insert(intervention.replaces.begin(), intervention.replaces.end());
  }
}

std::set<std::string> Lineage::AncestorsOf(const std::string& intervention) const {
  std::set<std::string> ancestors;
  std::vector<std::string> to_visit = {intervention};
  while (!to_visit.empty()) {
    const auto found = replaces_.find(to_visit.back());
    to_visit.pop_back();
    if (found == replaces_.end()) continue;
    for (const std::string& replaced : found->second) {
      if (replaced != intervention && ancestors.insert(replaced).second) {
        to_visit.push_back(replaced);
      }
    }
  }
  return ancestors;
}

}  // namespace vg::catalogue
