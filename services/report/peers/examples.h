// A small country and a plan for its report. For tests only.

#ifndef VG_SERVICES_REPORT_PEERS_EXAMPLES_H_
#define VG_SERVICES_REPORT_PEERS_EXAMPLES_H_

#include <string>
#include <utility>
#include <vector>

#include "services/report/domain/examples.h"
#include "services/report/domain/plan.h"
#include "services/report/peers/fake_sources.h"

namespace vg::report {

// What the plan below asks for: choices of interventions, consent by sector, support by boards,
// money, response.
inline FakeSources ExampleSources() {
  FakeSources sources;
  sources.snapshots["snapshots/2021"] = {.digest = "5na9"};
  sources.menus["menuEditions/2021"] = {
      .digest = "3e4u",
      .interventions = {{"small-groups", {"Instructie in kleine groepen", "Small groups"}},
                        {"tutoring", {"Bijles", "Tutoring"}}}};
  sources.waves["waves/winter"] = {
      .digest = "a4e",
      .questionnaires = {{.name = "questionnaires/boards/versions/3",
                          .digest = "b0a",
                          .options = {{"support",
                                       {LabelOf("staff", "Personeel", "Staff"),
                                        LabelOf("knowledge", "Kennis", "Knowledge")}}}}},
      .roles = {{.role = "school_leader", .invited = 200, .answered = 50, .responses = 50},
                {.role = "board", .invited = 20, .answered = 10, .responses = 10}}};
  sources.runs["runs/money"] = {.digest = "4a1",
                                .scheme_version = "schemes/npo/versions/1",
                                .scheme_digest = "5c4",
                                .scheme_title = {"Regeling", "Scheme"},
                                .currency = "EUR",
                                .total = Exact(2'500'000),
                                .determined = 190,
                                .undetermined = 10,
                                .components = {{.id = "base",
                                                .title = {"Basisbedrag", "Base amount"},
                                                .total = Exact(2'500'000),
                                                .recipients = 190}}};
  sources.indicators["indicators/choices"] = {.version = 2,
                                              .digest = "c40",
                                              .title = {"Keuzes", "Choices"},
                                              .on_programmes = true,
                                              .value = "choices"};
  sources.estimates["indicators/choices"] = {
      .version = 2,
      .respondents = "programme",
      .rows = {{{}, "tutoring", Share(300, 180)}, {{}, "small-groups", Share(650, 180)}}};
  sources.indicators["indicators/consent"] = {.version = 1,
                                              .digest = "c04",
                                              .title = {"Instemming", "Consent"},
                                              .description = {"Aandeel", "Share"},
                                              .on_programmes = true};
  sources.estimates["indicators/consent"] = {
      .version = 1, .respondents = "programme", .rows = {{{}, "", Share(612, 180)}}};
  sources.estimates["indicators/consent by sector"] = {.version = 1,
                                                       .respondents = "programme",
                                                       .rows = {{{}, "", Share(612, 180)},
                                                                {{"primary"}, "", Share(700, 120)},
                                                                {{"secondary"}, "", Share(500, 60)},
                                                                {{"special"}, "", Suppressed()},
                                                                {{""}, "", Suppressed()}}};
  sources.indicators["indicators/support"] = {.version = 1,
                                              .digest = "50b",
                                              .title = {"Steun", "Support"},
                                              .questionnaires = {"questionnaires/boards"},
                                              .value = "support"};
  sources.estimates["indicators/support"] = {
      .version = 1,
      .respondents = "board",
      .rows = {{{}, "staff", Share(400, 10)}, {{}, "knowledge", Share(800, 10)}}};
  return sources;
}

inline EditionPlan ExamplePlan() {
  EditionPlan plan{.title = {"Tweede rapportage", "Second report"},
                   .number = 2,
                   .month = absl::CivilDay(2022, 4, 1),
                   .next_month = absl::CivilDay(2022, 11, 1),
                   .explanation = {"Wat scholen doen.", "What schools do."},
                   .snapshot = "snapshots/2021",
                   .wave = "waves/winter",
                   .menu_edition = "menuEditions/2021"};
  plan.headline = {{{"Meest gekozen", "Most chosen"}, "choices", "#1"},
                   {{"Ingestemd", "Consented"}, "consent", ""},
                   {{"Toegekend", "Allocated"}, "money", ""}};
  plan.sections.push_back(
      {.id = "schools",
       .title = {"Scholen", "Schools"},
       .text = {"Vooral {choices:#1} ({choices:#1:value}).\n\nMR: {consent}.",
                "Mostly {choices:#1} ({choices:#1:value})."},
       .figures = {
           {.id = "choices",
            .title = {"Gekozen interventies", "Chosen interventions"},
            .source = EstimateSource{.indicator = "indicators/choices", .sort_by_value = true}},
           {.id = "consent",
            .title = {"Instemming van de MR", "Consent of the MR"},
            .source = EstimateSource{.indicator = "indicators/consent", .breakdown = "sector"}}}});
  plan.sections.push_back(
      {.id = "others",
       .title = {"Besturen en geld", "Boards and money"},
       .text = {"{money} is toegekend.", "{money} was allocated."},
       .figures = {
           {.id = "support",
            .title = {"Steun van besturen", "Support by boards"},
            .source = EstimateSource{.indicator = "indicators/support", .sort_by_value = true}},
           {.id = "money",
            .title = {"Toegekend", "Allocated"},
            .source = AllocationSource{"runs/money"}},
           {.id = "response", .title = {"Respons", "Response"}, .source = ResponseSource{}}}});
  return plan;
}

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PEERS_EXAMPLES_H_
