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
  return std::find_if(programme.consents.begin(), programme.consents.end(),
                      [&](const Consent& consent) { return consent.body == body; });
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

void AddConsent(const Programme& programme, CouncilBody body, std::vector<Finding>& gaps) {
  const Standing standing = StandingOf(programme, body);
  if (standing == Standing::kGiven) return;
  const std::string council = body == CouncilBody::kMr ? "MR" : "GMR";
  const auto decision = Decision(programme, body);
  std::string field;
  std::string sentence = absl::StrCat("nothing is recorded of the ", council);
  if (decision != programme.consents.end()) {
    field = absl::StrCat("consents[", decision - programme.consents.begin(), "]");
    const std::string day = FormatDay(decision->date);
    if (standing == Standing::kOutdated) {
      sentence = absl::StrCat("the ", council, " consented on ", day,
                              " to choices that have changed since; ask it again");
    } else if (decision->state == ConsentState::kRefused) {
      sentence = absl::StrCat("the ", council, " refused on ", day);
    } else {
      sentence = absl::StrCat("the ", council, " was asked on ", day, " and has not decided");
    }
  }
  gaps.push_back(
      {standing == Standing::kOutdated ? "CONSENT_OUTDATED" : council + "_CONSENT_MISSING",
       std::move(field), std::move(sentence)});
}

}  // namespace

Standing StandingOf(const Programme& programme, CouncilBody body) {
  const auto decision = Decision(programme, body);
  if (decision == programme.consents.end()) return Standing::kMissing;
  if (decision->state != ConsentState::kGiven && decision->state != ConsentState::kPartly) {
    return Standing::kMissing;
  }
  const bool outdated =
      programme.choices_change_time && decision->record_time < *programme.choices_change_time;
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
