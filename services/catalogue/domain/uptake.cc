#include "services/catalogue/domain/uptake.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace vg::catalogue {

std::vector<Uptake> Rank(const Menu& menu, const std::vector<ChoiceCount>& counts) {
  const std::vector<Intervention>& interventions = menu.edition().interventions;
  std::map<std::string, Uptake> by_id;
  for (size_t place = 0; place < interventions.size(); ++place) {
    const std::string& id = interventions[place].id;
    by_id[id] = {.intervention = id, .place = place};
  }
  for (const ChoiceCount& count : counts) {
    Uptake& uptake = by_id[count.intervention];
    uptake.intervention = count.intervention;
    switch (count.status) {
      case ChoiceStatus::kPlanned:
        uptake.planned += count.programmes;
        break;
      case ChoiceStatus::kRunning:
        uptake.running += count.programmes;
        break;
      case ChoiceStatus::kFinished:
        uptake.finished += count.programmes;
        break;
      case ChoiceStatus::kStopped:
        uptake.stopped += count.programmes;
        break;
    }
  }
  std::vector<Uptake> ranked;
  for (auto& [id, uptake] : by_id) ranked.push_back(std::move(uptake));
  std::stable_sort(ranked.begin(), ranked.end(), [&](const Uptake& a, const Uptake& b) {
    return std::tuple(-a.total(), a.place.value_or(interventions.size())) <
           std::tuple(-b.total(), b.place.value_or(interventions.size()));
  });
  return ranked;
}

}  // namespace vg::catalogue
