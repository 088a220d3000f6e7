// How often interventions are chosen, beside what is known of their effect.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_UPTAKE_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_UPTAKE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/catalogue/domain/menu.h"
#include "services/catalogue/domain/programme.h"
#include "services/catalogue/domain/school_table.h"

namespace vg::catalogue {

// Programmes of one school year that chose an intervention and have it at a status, and what they
// say of it.
struct ChoiceCount {
  std::string intervention;
  ChoiceStatus status = ChoiceStatus::kPlanned;
  int64_t programmes = 0;
  int64_t pupils = 0;       // Reached, over those that say how many.
  int64_t pupils_said = 0;  // Programmes that do.
  int64_t cents = 0;        // Planned, over those that say how much.
  int64_t amount_said = 0;  // Programmes that do.
};

struct Uptake {
  std::string intervention;
  std::optional<size_t> place;  // On the menu; nothing if it is not on it.
  int64_t planned = 0;
  int64_t running = 0;
  int64_t finished = 0;
  int64_t stopped = 0;
  int64_t pupils = 0;
  int64_t pupils_said = 0;
  int64_t cents = 0;
  int64_t amount_said = 0;

  int64_t total() const { return planned + running + finished + stopped; }
  void Add(const ChoiceCount& count);

  friend bool operator==(const Uptake&, const Uptake&) = default;
};

// One entry per intervention on `menu` or in `counts`: the most chosen first, then by the order of
// the menu, then by id.
std::vector<Uptake> Rank(const Menu& menu, const std::vector<ChoiceCount>& counts);

// The choices of a school year, one by one.
struct YearChoices {
  struct Chosen {
    std::string school;
    ChoiceCount count;  // Of one programme.
  };
  std::vector<std::string> schools;  // Those that filed a programme.
  std::vector<Chosen> choices;
};

// The schools that have the same values of some attributes.
struct UptakeGroup {
  GroupKey key;
  int64_t schools = 0;         // In the snapshot.
  int64_t programmes = 0;      // Filed.
  std::vector<Uptake> uptake;  // Of what was chosen, in the order of the whole.
};

// `year` by the values that its schools have in `table`, in the order of the values. Only what is
// in `whole` counts.
std::vector<UptakeGroup> BreakDown(const YearChoices& year, const SchoolTable& table,
                                   const std::vector<std::string>& attributes,
                                   const std::vector<Uptake>& whole);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_UPTAKE_H_
