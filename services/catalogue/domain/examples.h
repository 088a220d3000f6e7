// Small menus and programmes for the tests of this service.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_EXAMPLES_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_EXAMPLES_H_

#include <initializer_list>
#include <string>
#include <utility>

#include "services/catalogue/domain/menu.h"
#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// Categories B and F (supporting only); feedback and directe-instructie in B, leermiddelen in F.
inline MenuEdition ExampleEdition() {
  MenuEdition edition{.title = {"Menukaart voorjaar 2021", "Menu of spring 2021"},
                      .start_date = absl::CivilDay(2021, 5, 10)};
  edition.categories = {{"B", {"Effectievere inzet", "More effective use"}, false},
                        {"F", {"Faciliteiten", "Facilities"}, true}};
  edition.interventions = {
      {.id = "feedback",
       .category = "B",
       .title = {"Feedback", "Feedback"},
       .evidence = {{.scheme = "EEF", .effect_months = 8, .strength = 3}}},
      {.id = "directe-instructie",
       .category = "B",
       .title = {"Directe instructie", "Direct instruction"},
       .summary = {"De leraar doet voor, \xC3\x89\xC3\xA9n stap tegelijk.", ""},
       .sectors = {Sector::kPrimary}},
      {.id = "leermiddelen", .category = "F", .title = {"Leermiddelen", "Materials"}}};
  return edition;
}

inline Plan ExamplePlan(std::initializer_list<std::pair<const char*, ChoiceStatus>> choices = {
                            {"feedback", ChoiceStatus::kRunning}}) {
  Plan plan{.menu_edition = "2021-spring", .scan_date = absl::CivilDay(2021, 6, 1)};
  plan.goals = {"Vertraging inlopen"};
  plan.considerations = {"support_base", "fits_vision"};
  plan.team = Involvement::kDecided;
  for (const auto& [intervention, status] : choices) {
    plan.choices.push_back({.intervention = intervention, .status = status});
  }
  return plan;
}

inline Consent ExampleConsent(ConsentState state, absl::CivilDay date) {
  return {.body = CouncilBody::kMr, .state = state, .date = date, .evidence = "Notulen MR"};
}

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_EXAMPLES_H_
