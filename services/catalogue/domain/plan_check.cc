#include "services/catalogue/domain/plan_check.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/time/clock.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

constexpr int64_t kMostCents = int64_t{1'000'000'000} * 100;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

bool IsSchool(std::string_view code) {
  return code.size() == 6 && IsDigit(code[0]) && IsDigit(code[1]) && IsCapital(code[2]) &&
         IsCapital(code[3]) && IsDigit(code[4]) && IsDigit(code[5]);
}

std::string At(std::string_view list, size_t place) {
  return absl::StrCat(Av(list), "[", place, "]");
}

// Collects what is wrong with one plan.
class Checker {
 public:
  Checker(const ProgrammeKey& key, const Plan& plan, const Menu& menu, absl::CivilDay today)
      : key_(key), plan_(plan), menu_(menu), today_(today) {}

  std::vector<FieldViolation> Check() {
    if (plan_.scan_date) Past(*plan_.scan_date, "scan_date");
    if (!plan_.scan_date && plan_.scan != Scan()) Add(NoScanDate("scan_date"));
    Goals();
    for (size_t i = 0; i < plan_.choices.size(); ++i) One(plan_.choices[i], At("choices", i));
    Support();
    if (plan_.choices_made) Past(plan_.choices_made->date, "choices_made.date");
    Ranked(plan_.considerations, "considerations");
    for (size_t i = 0; i < plan_.moments.size(); ++i) {
      const Moment& moment = plan_.moments[i];
      const std::string path = At("involvement_moments", i);
      Past(moment.date, path + ".date");
      if (InvolvementOf(plan_, moment.group) <= Involvement::kNone) {
        Add(NotInvolved(path + ".group"));
      }
    }
    return std::move(violations_);
  }

 private:
  void Add(FieldViolation violation) { violations_.push_back(std::move(violation)); }
  void Add(std::vector<FieldViolation> found) {
    for (FieldViolation& violation : found) Add(std::move(violation));
  }
  void Past(absl::CivilDay date, const std::string& field) { Add(CheckPast(date, today_, field)); }

  void Goals() {
    for (size_t i = 0; i < plan_.structured_goals.size(); ++i) {
      const std::string& id = plan_.structured_goals[i].id;
      if (!goals_.insert(id).second) Add(DuplicateId(At("structured_goals", i) + ".id", id));
    }
    if (plan_.goals_set) Past(plan_.goals_set->date, "goals_set.date");
  }

  void One(const Choice& choice, const std::string& path) {
    const std::optional<size_t> place = menu_.Find(choice.intervention);
    if (!place) Add(NotOnMenu(path + ".intervention", choice.intervention, menu_.name()));
    if (!chosen_.insert(choice.intervention).second) {
      Add(ChosenTwice(path + ".intervention", choice.intervention));
    }
    Add(CheckStopReason(choice.status, choice.stop_reason, path + ".stop_reason"));
    if (choice.planned_amount &&
        (choice.planned_amount->cents < 0 || choice.planned_amount->cents > kMostCents ||
         choice.planned_amount->currency != Currency::Eur())) {
      Add(BadAmount(path + ".planned_amount"));
    }
    if (choice.above_school_percent && !choice.above_school_level) {
      Add(NotAboveSchoolLevel(path + ".above_school_percent"));
    }
    Joint(choice, path);
    Served(choice, path);
    Ranked(choice.considerations, path + ".considerations");
    if (choice.planned_start && choice.planned_end && *choice.planned_end < *choice.planned_start) {
      Add(PeriodReversed(path + ".planned_end_date"));
    }
    if (choice.status_date) Past(*choice.status_date, path + ".status_date");
  }

  void Joint(const Choice& choice, const std::string& path) {
    std::set<std::string_view> joint;
    for (size_t i = 0; i < choice.joint_schools.size(); ++i) {
      const std::string& school = choice.joint_schools[i];
      const std::string field = At(path + ".joint_schools", i);
      if (!IsSchool(school)) {
        Add(BadSchool(field, school));
      } else if (school == key_.school) {
        Add(SharedWithItself(field));
      } else if (!joint.insert(school).second) {
        Add(DuplicateId(field, school));
      }
    }
  }

  void Served(const Choice& choice, const std::string& path) {
    std::set<std::string_view> served;
    for (size_t i = 0; i < choice.goals.size(); ++i) {
      const std::string& goal = choice.goals[i];
      if (!goals_.contains(goal)) Add(UnknownGoal(At(path + ".goals", i), goal));
      if (!served.insert(goal).second) Add(DuplicateId(At(path + ".goals", i), goal));
    }
  }

  // Interventions that may only support others need one to support.
  void Support() {
    std::optional<size_t> supporting;
    for (size_t i = 0; i < plan_.choices.size(); ++i) {
      const std::optional<size_t> place = menu_.Find(plan_.choices[i].intervention);
      if (!place) continue;
      if (!menu_.SupportsOnly(*place)) return;
      if (!supporting) supporting = i;
    }
    if (supporting) {
      Add(SupportingAlone(At("choices", *supporting) + ".intervention",
                          plan_.choices[*supporting].intervention));
    }
  }

  void Ranked(const std::vector<std::string>& considerations, const std::string& path) {
    std::set<std::string_view> ranked;
    for (size_t i = 0; i < considerations.size(); ++i) {
      if (!ranked.insert(considerations[i]).second) {
        Add(RankedTwice(At(path, i), considerations[i]));
      }
    }
  }

  const ProgrammeKey& key_;
  const Plan& plan_;
  const Menu& menu_;
  const absl::CivilDay today_;
  std::set<std::string_view> goals_;
  std::set<std::string_view> chosen_;
  std::vector<FieldViolation> violations_;
};

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

std::vector<FieldViolation> CheckPlan(const ProgrammeKey& key, const Plan& plan, const Menu& menu,
                                      absl::CivilDay today) {
  return Checker(key, plan, menu, today).Check();
}

std::vector<FieldViolation> CheckConsent(const Consent& consent, absl::CivilDay today) {
  if (consent.date <= today) return {};
  return {ConsentInFuture("date", FormatDay(consent.date), FormatDay(today))};
}

std::vector<FieldViolation> CheckStopReason(ChoiceStatus status, std::string_view reason,
                                            const std::string& field) {
  const bool stopped = status == ChoiceStatus::kStopped;
  if (stopped && reason.empty()) return {NoStopReason(field)};
  if (!stopped && !reason.empty()) return {NotStopped(field)};
  return {};
}

std::vector<FieldViolation> CheckPast(absl::CivilDay date, absl::CivilDay today,
                                      const std::string& field) {
  if (date <= today) return {};
  return {DateInFuture(field, FormatDay(date), FormatDay(today))};
}

}  // namespace vg::catalogue
