#include "services/cli/synthetic/programmes.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "services/cli/synthetic/random.h"

namespace vg::synthetic {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace registry = voortgang::registry::v1;
using voortgang::type::v1::SECTOR_SECONDARY;

// How many of 1,000 schools choose an intervention, primary and special first, secondary second.
struct Popularity {
  int primary, secondary;
};
const std::map<std::string_view, Popularity>& Popularities() {
  static const auto& popularities = *new std::map<std::string_view, Popularity>{
      {"instructie-in-kleine-groepen", {640, 520}},
      {"onderwijsassistenten", {560, 330}},
      {"interventies-gericht-op-welbevinden", {470, 610}},
      {"sportieve-activiteiten", {330, 400}},
      {"cultuureducatie", {310, 280}},
      {"een-op-een-begeleiding", {270, 260}},
      {"individuele-instructie", {230, 150}},
      {"klassenverkleining", {210, 190}},
      {"technieken-voor-begrijpend-lezen", {240, 90}},
      {"directe-instructie", {210, 60}},
      {"metacognitie-en-zelfregulerend-leren", {130, 210}},
      {"digitale-technologie", {150, 130}},
      {"professionalisering", {190, 160}},
      {"uitbreiding-onderwijs", {90, 240}},
  };
  return popularities;
}
constexpr Popularity kOthers = {70, 80};

constexpr std::array<const char*, 8> kConsiderations = {
    "support_base", "fits_vision", "fits_delays",     "earlier_experience",
    "evidence",     "feasible",    "staff_available", "cost"};

void SetDay(google::type::Date& date, int year, int month, int day) {
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
}

int64_t PupilsOf(const registry::School& school) {
  int64_t pupils = 0;
  for (const registry::PupilCount& count : school.pupil_counts()) pupils += count.count().value();
  return pupils;
}

void Choose(Random& random, const registry::School& school, const catalogue::MenuEdition& menu,
            catalogue::Programme& programme) {
  const int64_t pupils = std::max<int64_t>(PupilsOf(school), 20);
  const bool secondary = school.sector() == SECTOR_SECONDARY;
  bool any_unsupported = false;
  const auto add = [&](const catalogue::Intervention& intervention) {
    catalogue::Choice& choice = *programme.add_choices();
    choice.set_intervention(absl::StrCat("interventions/", intervention.id()));
    switch (random.Weighted({240, 620, 90, 50})) {
      case 0:
        choice.set_status(catalogue::CHOICE_STATUS_PLANNED);
        break;
      case 1:
        choice.set_status(catalogue::CHOICE_STATUS_RUNNING);
        break;
      case 2:
        choice.set_status(catalogue::CHOICE_STATUS_FINISHED);
        break;
      default:
        choice.set_status(catalogue::CHOICE_STATUS_STOPPED);
        choice.set_stop_reason("Geen personeel gevonden");
    }
    choice.mutable_planned_amount()->set_currency_code("EUR");
    choice.mutable_planned_amount()->set_units(random.Between(5, 90) * pupils);
    choice.set_pupils_reached(static_cast<int32_t>(random.Between(pupils / 10 + 1, pupils)));
  };
  for (const catalogue::Intervention& intervention : menu.interventions()) {
    const auto found = Popularities().find(intervention.id());
    const Popularity popularity = found == Popularities().end() ? kOthers : found->second;
    const bool supporting = intervention.category() == "F";
    if (supporting && !any_unsupported) continue;
    if (!random.Chance(secondary ? popularity.secondary : popularity.primary)) continue;
    add(intervention);
    any_unsupported |= !supporting;
  }
  if (programme.choices().empty() && !menu.interventions().empty()) add(menu.interventions(0));
}

void Consider(Random& random, catalogue::Programme& programme) {
  std::vector<int> weights = {46, 42, 38, 30, 16, 14, 12, 8};
  for (int rank = 0; rank < 4; ++rank) {
    const size_t drawn = random.Weighted(weights);
    programme.add_considerations(kConsiderations[drawn]);
    weights[drawn] = 0;
  }
}

catalogue::Involvement Involve(Random& random, std::initializer_list<int> weights) {
  return static_cast<catalogue::Involvement>(random.Weighted(weights) + 1);
}

void AddGoal(const char* id, const char* text, const char* outcome_area,
             catalogue::Programme& programme) {
  catalogue::Goal& goal = *programme.add_structured_goals();
  goal.set_id(id);
  goal.set_text(text);
  goal.set_outcome_area(outcome_area);
}

void AddMoment(catalogue::InvolvedGroup group, catalogue::Involvement involvement, const char* form,
               int year, int month, Random& random, catalogue::Programme& programme) {
  if (involvement < catalogue::INVOLVEMENT_INFORMED) return;
  catalogue::InvolvementMoment& moment = *programme.add_involvement_moments();
  moment.set_group(group);
  SetDay(*moment.mutable_date(), year, month, static_cast<int>(random.Between(1, 28)));
  moment.set_form(form);
}

// When the steps were made and where that is recorded; which goals choices serve; in a few schools
// money above school level, to which the GMR mostly consents.
void Record(Random random, int year, catalogue::ProgrammeFiling& filing) {
  catalogue::Programme& programme = *filing.mutable_programme();
  if (programme.has_scan_date()) {
    programme.mutable_scan()->set_made_by("Intern begeleider met het team");
    programme.mutable_scan()->add_instruments("Leerlingvolgsysteem");
    programme.mutable_scan()->add_outcome_areas("mathematics");
    programme.mutable_scan()->add_outcome_areas("wellbeing");
  }
  SetDay(*programme.mutable_goals_set()->mutable_date(), year, 7, 1);
  programme.mutable_goals_set()->set_evidence("Notulen team");
  SetDay(*programme.mutable_choices_made()->mutable_date(), year, 7,
         static_cast<int>(random.Between(2, 15)));
  AddMoment(catalogue::INVOLVED_GROUP_TEAM, programme.team_involvement(), "studiedag", year, 6,
            random, programme);
  AddMoment(catalogue::INVOLVED_GROUP_PARENTS, programme.parent_involvement(), "ouderavond", year,
            6, random, programme);
  const bool above = random.Chance(60);
  for (catalogue::Choice& choice : *programme.mutable_choices()) {
    choice.add_goals(
        programme
            .structured_goals(static_cast<int>(random.Below(programme.structured_goals_size())))
            .id());
    SetDay(*choice.mutable_planned_start_date(), year, 9, 1);
    SetDay(*choice.mutable_planned_end_date(), year + 1, 7, 15);
    const bool planned = choice.status() == catalogue::CHOICE_STATUS_PLANNED;
    SetDay(*choice.mutable_status_date(), planned ? year : year + 1,
           planned ? 7 : static_cast<int>(random.Between(1, 3)),
           static_cast<int>(random.Between(1, 28)));
    choice.set_above_school_level(above && random.Chance(500));
  }
  if (above && random.Chance(800)) {
    catalogue::Consent& consent = *filing.add_consents();
    consent.set_body(catalogue::COUNCIL_BODY_GMR);
    consent.set_state(catalogue::CONSENT_STATE_GIVEN);
    SetDay(*consent.mutable_date(), year, 9, static_cast<int>(random.Between(1, 28)));
    consent.set_evidence("Notulen GMR");
  }
}

}  // namespace

std::optional<catalogue::ProgrammeFiling> MakeFiling(uint64_t seed, const registry::School& school,
                                                     const catalogue::MenuEdition& menu,
                                                     std::string_view school_year) {
  const std::string year_text(school_year);
  Random random(seed, school.school(), absl::StrCat("programme ", year_text));
  if (random.Chance(35)) return std::nullopt;

  int year = 0;
  if (!absl::SimpleAtoi(year_text.substr(0, 4), &year)) return std::nullopt;
  catalogue::ProgrammeFiling filing;
  catalogue::Programme& programme = *filing.mutable_programme();
  programme.set_name(absl::StrCat(school.school(), "/programmes/", year_text));
  programme.set_menu_edition(menu.name());
  if (random.Chance(965)) {
    SetDay(*programme.mutable_scan_date(), year, static_cast<int>(random.Between(4, 7)),
           static_cast<int>(random.Between(1, 28)));
  }
  AddGoal("basisvaardigheden", "Vertraging bij rekenen en taal inlopen", "mathematics", programme);
  if (random.Chance(600)) {
    AddGoal("welbevinden", "Welbevinden van leerlingen versterken", "wellbeing", programme);
  }
  Choose(random, school, menu, programme);
  Consider(random, programme);
  programme.set_team_involvement(Involve(random, {8, 25, 330, 637}));
  programme.set_parent_involvement(Involve(random, {90, 420, 440, 50}));
  programme.set_pupil_involvement(Involve(random, {340, 280, 330, 50}));
  programme.set_council_involvement(Involve(random, {25, 175, 560, 240}));

  // Nearly every council was involved; consent lags behind.
  const size_t decision = random.Weighted({40, 125, 770, 40, 25});
  if (decision > 0) {
    catalogue::Consent& consent = *filing.add_consents();
    consent.set_body(catalogue::COUNCIL_BODY_MR);
    consent.set_state(static_cast<catalogue::ConsentState>(decision));
    // After the summer in which the choices were made.
    SetDay(*consent.mutable_date(), year, static_cast<int>(random.Between(9, 12)),
           static_cast<int>(random.Between(1, 28)));
    consent.set_evidence("Notulen MR");
  }
  Record(Random(seed, school.school(), absl::StrCat("steps ", year_text)), year, filing);
  return filing;
}

}  // namespace vg::synthetic
