#include "services/catalogue/domain/uptake.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace vg::catalogue {
namespace {

// A group that is being counted.
struct Group {
  UptakeGroup totals;
  std::map<size_t, Uptake> cells;  // By the rank of the intervention in the whole.
};

}  // namespace

void Uptake::Add(const ChoiceCount& count) {
  switch (count.status) {
    case ChoiceStatus::kPlanned:
      planned += count.programmes;
      break;
    case ChoiceStatus::kRunning:
      running += count.programmes;
      break;
    case ChoiceStatus::kFinished:
      finished += count.programmes;
      break;
    case ChoiceStatus::kStopped:
      stopped += count.programmes;
      break;
  }
  pupils += count.pupils;
  pupils_said += count.pupils_said;
  cents += count.cents;
  amount_said += count.amount_said;
}

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
    uptake.Add(count);
  }
  std::vector<Uptake> ranked;
  for (auto& [id, uptake] : by_id) ranked.push_back(std::move(uptake));
  std::stable_sort(ranked.begin(), ranked.end(), [&](const Uptake& a, const Uptake& b) {
    return std::tuple(-a.total(), a.place.value_or(interventions.size())) <
           std::tuple(-b.total(), b.place.value_or(interventions.size()));
  });
  return ranked;
}

std::vector<UptakeGroup> BreakDown(const YearChoices& year, const SchoolTable& table,
                                   const std::vector<std::string>& attributes,
                                   const std::vector<Uptake>& whole) {
  std::unordered_map<std::string, size_t> ranks;
  for (size_t rank = 0; rank < whole.size(); ++rank) ranks.emplace(whole[rank].intervention, rank);

  std::map<GroupKey, Group> groups;
  std::unordered_map<std::string, Group*> group_of;  // By school.
  const auto find = [&](const std::string& school) -> Group& {
    Group*& group = group_of[school];
    if (group == nullptr) group = &groups[table.GroupOf(school, attributes)];
    return *group;
  };
  for (const std::string& school : table.codes()) ++find(school).totals.schools;
  for (const std::string& school : year.schools) ++find(school).totals.programmes;
  for (const YearChoices::Chosen& chosen : year.choices) {
    const auto rank = ranks.find(chosen.count.intervention);
    if (rank == ranks.end()) continue;
    Uptake& cell = find(chosen.school).cells[rank->second];
    cell.intervention = chosen.count.intervention;
    cell.place = whole[rank->second].place;
    cell.Add(chosen.count);
  }

  std::vector<UptakeGroup> broken_down;
  broken_down.reserve(groups.size());
  for (auto& [key, group] : groups) {
    UptakeGroup& out = broken_down.emplace_back(std::move(group.totals));
    out.key = key;
    for (auto& [rank, cell] : group.cells) out.uptake.push_back(std::move(cell));
  }
  return broken_down;
}

}  // namespace vg::catalogue
