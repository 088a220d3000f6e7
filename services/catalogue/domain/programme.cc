#include "services/catalogue/domain/programme.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/absl_view.h"
#include "common/time/clock.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

bool IsSchool(std::string_view code) {
  return code.size() == 6 && IsDigit(code[0]) && IsDigit(code[1]) && IsCapital(code[2]) &&
         IsCapital(code[3]) && IsDigit(code[4]) && IsDigit(code[5]);
}

void CheckChoice(const Choice& choice, const std::string& path,
                 std::vector<FieldViolation>& violations) {
  const bool stopped = choice.status == ChoiceStatus::kStopped;
  if (stopped && choice.stop_reason.empty())
    violations.push_back(NoStopReason(path + ".stop_reason"));
  if (!stopped && !choice.stop_reason.empty())
    violations.push_back(NotStopped(path + ".stop_reason"));
  if (choice.planned_amount &&
      (choice.planned_amount->cents < 0 || choice.planned_amount->currency != Currency::Eur())) {
    violations.push_back(BadAmount(path + ".planned_amount"));
  }
}

absl::TimeZone Netherlands() {
  static const absl::TimeZone zone = [] {
    absl::TimeZone found;
    // Without a time zone database: an hour ahead of UTC, right but for one hour of a summer night.
    return absl::LoadTimeZone("Europe/Amsterdam", &found) ? found : absl::FixedTimeZone(3600);
  }();
  return zone;
}

}  // namespace

bool IsSchoolYear(std::string_view year) {
  if (year.size() != 9 || year[4] != '-') return false;
  const std::string_view from = year.substr(0, 4);
  const std::string_view to = year.substr(5);
  if (!std::all_of(from.begin(), from.end(), IsDigit)) return false;
  if (!std::all_of(to.begin(), to.end(), IsDigit)) return false;
  int first = 0;
  int second = 0;
  return absl::SimpleAtoi(Av(from), &first) && absl::SimpleAtoi(Av(to), &second) &&
         second == first + 1;
}

std::vector<FieldViolation> CheckKey(const ProgrammeKey& key) {
  std::vector<FieldViolation> violations;
  if (!IsSchool(key.school)) violations.push_back(BadSchool("name", key.school));
  if (!IsSchoolYear(key.school_year)) violations.push_back(BadYear("name", key.school_year));
  return violations;
}

std::vector<FieldViolation> CheckPlan(const Plan& plan, const Menu& menu) {
  std::vector<FieldViolation> violations;
  std::set<std::string_view> chosen;
  std::optional<size_t> first_supporting;
  bool has_main = false;
  for (size_t i = 0; i < plan.choices.size(); ++i) {
    const Choice& choice = plan.choices[i];
    const std::string path = absl::StrCat("choices[", i, "]");
    const std::optional<size_t> place = menu.Find(choice.intervention);
    if (!place) {
      violations.push_back(NotOnMenu(path + ".intervention", choice.intervention, menu.name()));
    } else if (!menu.SupportsOnly(*place)) {
      has_main = true;
    } else if (!first_supporting) {
      first_supporting = i;
    }
    if (!chosen.insert(choice.intervention).second) {
      violations.push_back(ChosenTwice(path + ".intervention", choice.intervention));
    }
    CheckChoice(choice, path, violations);
  }
  if (first_supporting && !has_main) {
    violations.push_back(
        SupportingAlone(absl::StrCat("choices[", *first_supporting, "].intervention"),
                        plan.choices[*first_supporting].intervention));
  }
  std::set<std::string_view> ranked;
  for (size_t i = 0; i < plan.considerations.size(); ++i) {
    if (!ranked.insert(plan.considerations[i]).second) {
      violations.push_back(
          RankedTwice(absl::StrCat("considerations[", i, "]"), plan.considerations[i]));
    }
  }
  return violations;
}

std::vector<FieldViolation> CheckConsent(const Consent& consent, absl::CivilDay today) {
  if (consent.date <= today) return {};
  return {ConsentInFuture("date", FormatDay(consent.date), FormatDay(today))};
}

absl::CivilDay Today(absl::Time now) { return absl::ToCivilDay(now, Netherlands()); }

bool SameDecision(const Consent& a, const Consent& b) {
  return a.body == b.body && a.state == b.state && a.date == b.date && a.evidence == b.evidence;
}

std::string Digest(const Plan& plan) {
  DigestBuilder digest("voortgang.catalogue.plan.v1");
  digest.Text(plan.menu_edition);
  plan.scan_date ? digest.Text(FormatDay(*plan.scan_date)) : digest.Absent();
  digest.List(plan.goals.size());
  for (const std::string& goal : plan.goals) digest.Text(goal);
  digest.List(plan.choices.size());
  for (const Choice& choice : plan.choices) {
    digest.Record("choice").Text(choice.intervention).Integer(static_cast<int>(choice.status));
    choice.planned_amount ? digest.Amount(*choice.planned_amount) : digest.Absent();
    choice.pupils_reached ? digest.Integer(*choice.pupils_reached) : digest.Absent();
    digest.Text(choice.stop_reason);
  }
  digest.List(plan.considerations.size());
  for (const std::string& consideration : plan.considerations) digest.Text(consideration);
  for (const Involvement involvement : {plan.team, plan.parents, plan.pupils, plan.council}) {
    digest.Integer(static_cast<int>(involvement));
  }
  return digest.Finish();
}

std::string Digest(const Consent& consent) {
  return DigestBuilder("voortgang.catalogue.consent.v1")
      .Integer(static_cast<int>(consent.body))
      .Integer(static_cast<int>(consent.state))
      .Text(FormatDay(consent.date))
      .Text(consent.evidence)
      .Finish();
}

std::string EtagOf(const Programme& programme) {
  DigestBuilder digest("voortgang.catalogue.programme.v1");
  digest.Text(Digest(programme.plan)).List(programme.consents.size());
  for (const Consent& consent : programme.consents) digest.Text(Digest(consent));
  return absl::StrCat(programme.revision, "-", digest.Finish().substr(0, 16));
}

}  // namespace vg::catalogue
