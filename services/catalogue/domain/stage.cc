#include "services/catalogue/domain/stage.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/time/clock.h"

namespace vg::catalogue {
namespace {

// The decision of `body` that stands; the end if there is none.
std::vector<Consent>::const_iterator Decision(const Programme& programme, CouncilBody body) {
  return std::find_if(
      programme.consents.begin(), programme.consents.end(),
      [&](const Consent& consent) { return consent.body == body && !consent.retract_time; });
}

// Whether a council consented before there was anything to consent to, by the school's own word.
bool IsBeforeChoices(const Consent& consent, const Plan& plan) {
  return plan.choices_made && consent.date < plan.choices_made->date;
}

bool All(const Plan& plan, std::initializer_list<ChoiceStatus> statuses) {
  return std::all_of(plan.choices.begin(), plan.choices.end(), [&](const Choice& choice) {
    return std::find(statuses.begin(), statuses.end(), choice.status) != statuses.end();
  });
}

bool IsConsented(const Programme& programme) {
  if (StandingOf(programme, CouncilBody::kMr) != Standing::kGiven) return false;
  return !AboveSchoolLevel(programme.plan) ||
         StandingOf(programme, CouncilBody::kGmr) == Standing::kGiven;
}

// What is missing after the decision of `council`.
std::string Sentence(const Consent& decision, Standing standing, const Plan& plan,
                     const std::string& council) {
  const std::string day = FormatDay(decision.date);
  switch (standing) {
    case Standing::kOutdated:
      if (IsBeforeChoices(decision, plan)) {
        return absl::StrCat("the ", council, " consented on ", day,
                            ", before the choices were made on ",
                            FormatDay(plan.choices_made->date),
                            "; ask it about those and record the day on which it consents");
      }
      return absl::StrCat("the ", council, " consented on ", day,
                          " to choices that have changed since; ask it again");
    case Standing::kGiven:
      return absl::StrCat("the ", council, " consented on ", day,
                          " to a part, or under conditions");
    case Standing::kMissing:
      break;
  }
  if (decision.state == ConsentState::kRefused) {
    return absl::StrCat("the ", council, " refused on ", day);
  }
  return absl::StrCat("the ", council, " was asked on ", day, " and has not decided");
}

void AddConsent(const Programme& programme, CouncilBody body, std::vector<Finding>& gaps) {
  const std::string council = body == CouncilBody::kMr ? "MR" : "GMR";
  const auto decision = Decision(programme, body);
  if (decision == programme.consents.end()) {
    gaps.push_back(
        {council + "_CONSENT_MISSING", "", absl::StrCat("nothing is recorded of the ", council)});
    return;
  }
  const Standing standing = StandingOf(programme, body);
  if (standing == Standing::kGiven && decision->state == ConsentState::kGiven) return;
  std::string code = council + "_CONSENT_MISSING";
  if (standing == Standing::kOutdated) code = "CONSENT_OUTDATED";
  if (standing == Standing::kGiven) code = "CONSENT_PARTIAL";
  gaps.push_back({std::move(code),
                  absl::StrCat("consents[", decision - programme.consents.begin(), "]"),
                  Sentence(*decision, standing, programme.plan, council)});
}

}  // namespace

Standing StandingOf(const Programme& programme, CouncilBody body) {
  const auto decision = Decision(programme, body);
  if (decision == programme.consents.end()) return Standing::kMissing;
  if (decision->state != ConsentState::kGiven && decision->state != ConsentState::kPartly) {
    return Standing::kMissing;
  }
  const bool outdated =
      decision->revision < programme.choices_revision || IsBeforeChoices(*decision, programme.plan);
  return outdated ? Standing::kOutdated : Standing::kGiven;
}

bool AboveSchoolLevel(const Plan& plan) {
  return std::any_of(plan.choices.begin(), plan.choices.end(),
                     [](const Choice& choice) { return choice.above_school_level; });
}

Stage StageOf(const Programme& programme) {
  using enum ChoiceStatus;
  const Plan& plan = programme.plan;
  if (!plan.choices.empty()) {
    if (All(plan, {kFinished, kStopped})) return Stage::kFinished;
    if (!All(plan, {kPlanned, kStopped})) return Stage::kRunning;
    if (IsConsented(programme)) return Stage::kConsented;
    return plan.team >= Involvement::kConsulted ? Stage::kConsulted : Stage::kChosen;
  }
  if (!plan.goals.empty() || !plan.structured_goals.empty()) return Stage::kGoalsSet;
  return plan.scan_date ? Stage::kScanned : Stage::kFiled;
}

std::vector<Finding> GapsOf(const Programme& programme) {
  const Plan& plan = programme.plan;
  std::vector<Finding> gaps;
  if (!plan.scan_date) gaps.push_back({"NO_SCAN", "scan_date", "no school scan was made"});
  if (plan.goals.empty() && plan.structured_goals.empty()) {
    gaps.push_back({"NO_GOALS", "structured_goals", "there are no goals"});
  }
  if (plan.choices.empty()) gaps.push_back({"NO_CHOICES", "choices", "nothing is chosen"});
  if (plan.team <= Involvement::kNone) {
    gaps.push_back({"NO_TEAM_INVOLVEMENT", "team_involvement", "the team took no part"});
  }
  if (plan.parents <= Involvement::kNone) {
    gaps.push_back({"NO_PARENT_INVOLVEMENT", "parent_involvement", "parents took no part"});
  }
  AddConsent(programme, CouncilBody::kMr, gaps);
  if (AboveSchoolLevel(plan)) AddConsent(programme, CouncilBody::kGmr, gaps);
  return gaps;
}

}  // namespace vg::catalogue
