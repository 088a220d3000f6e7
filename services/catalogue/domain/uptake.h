// How often interventions are chosen, beside what is known of their effect.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_UPTAKE_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_UPTAKE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/catalogue/domain/menu.h"
#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// Programmes of one school year that chose an intervention and have it at a status.
struct ChoiceCount {
  std::string intervention;
  ChoiceStatus status = ChoiceStatus::kPlanned;
  int64_t programmes = 0;
};

struct Uptake {
  std::string intervention;
  std::optional<size_t> place;  // On the menu; nothing if it is not on it.
  int64_t planned = 0;
  int64_t running = 0;
  int64_t finished = 0;
  int64_t stopped = 0;

  int64_t total() const { return planned + running + finished + stopped; }
};

// One entry per intervention on `menu` or in `counts`: the most chosen first, then by the order of
// the menu, then by id.
std::vector<Uptake> Rank(const Menu& menu, const std::vector<ChoiceCount>& counts);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_UPTAKE_H_
