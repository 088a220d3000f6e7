#include "services/catalogue/domain/programme_diff.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/absl_view.h"
#include "common/time/clock.h"
#include "services/catalogue/domain/choice_status.h"

namespace vg::catalogue {
namespace {

std::string_view Name(Involvement involvement) {
  constexpr std::string_view kNames[] = {"", "NONE", "INFORMED", "CONSULTED", "DECIDED"};
  return kNames[static_cast<size_t>(involvement)];
}

std::string_view Name(InvolvedGroup group) {
  constexpr std::string_view kNames[] = {"", "TEAM", "PARENTS", "PUPILS", "COUNCIL"};
  return kNames[static_cast<size_t>(group)];
}

std::string_view Name(ConsentState state) {
  constexpr std::string_view kNames[] = {"", "REQUESTED", "GIVEN", "PARTLY", "REFUSED"};
  return kNames[static_cast<size_t>(state)];
}

std::string PathOf(const Consent& consent) {
  return absl::StrCat("consents[", consent.body == CouncilBody::kMr ? "MR " : "GMR ",
                      FormatDay(consent.date), " ", Av(Name(consent.state)), "]");
}

std::string ToText(const Consent& consent, bool with_revision) {
  return absl::StrCat(consent.evidence.empty() ? "recorded" : consent.evidence,
                      with_revision ? absl::StrCat(", to revision ", consent.revision) : "",
                      consent.retract_time ? ", taken back" : "");
}

// The paths that more than one decision has, as of one that was confirmed.
std::set<std::string> RepeatedPaths(const std::vector<Consent>& consents) {
  std::set<std::string> paths;
  std::set<std::string> repeated;
  for (const Consent& consent : consents) {
    if (std::string path = PathOf(consent); !paths.insert(path).second) repeated.insert(path);
  }
  return repeated;
}

// The fields of a programme that have a value, by path.
class Fields {
 public:
  // Decisions whose paths are among `repeated` say which revision they are about.
  Fields(const Programme& programme, const std::set<std::string>& repeated) {
    const Plan& plan = programme.plan;
    Add("menu_edition", plan.menu_edition);
    Add("scan_date", plan.scan_date);
    Add("scan.made_by", plan.scan.made_by);
    Add("scan.instruments", plan.scan.instruments);
    Add("scan.outcome_areas", plan.scan.outcome_areas);
    Add("scan.evidence", plan.scan.evidence);
    for (size_t i = 0; i < plan.goals.size(); ++i) {
      Add(absl::StrCat("goals[", i, "]"), plan.goals[i]);
    }
    for (const Goal& goal : plan.structured_goals) Add(goal);
    Add("goals_set", plan.goals_set);
    for (const Choice& choice : plan.choices) Add(choice);
    Add("choices_made", plan.choices_made);
    Add("considerations", plan.considerations);
    Add("team_involvement", Name(plan.team));
    Add("parent_involvement", Name(plan.parents));
    Add("pupil_involvement", Name(plan.pupils));
    Add("council_involvement", Name(plan.council));
    for (const Moment& moment : plan.moments) Add(moment);
    // The oldest first, so that a confirmation comes after what it confirms.
    for (auto consent = programme.consents.rbegin(); consent != programme.consents.rend();
         ++consent) {
      const std::string path = PathOf(*consent);
      Add(path, ToText(*consent, repeated.contains(path)));
    }
  }

  const std::vector<std::pair<std::string, std::string>>& list() const { return fields_; }

 private:
  void Add(std::string path, std::string_view value) {
    if (!value.empty()) fields_.emplace_back(std::move(path), value);
  }
  void Add(std::string path, const std::optional<absl::CivilDay>& day) {
    if (day) Add(std::move(path), FormatDay(*day));
  }
  void Add(std::string path, const std::optional<int>& number) {
    if (number) Add(std::move(path), absl::StrCat(*number));
  }
  void Add(std::string path, const std::vector<std::string>& texts) {
    Add(std::move(path), absl::StrJoin(texts, ", "));
  }
  void Add(const std::string& path, const std::optional<Milestone>& milestone) {
    if (!milestone) return;
    Add(path + ".date", FormatDay(milestone->date));
    Add(path + ".evidence", milestone->evidence);
  }

  void Add(const Goal& goal) {
    const std::string path = absl::StrCat("structured_goals[", goal.id, "].");
    Add(path + "text", goal.text);
    Add(path + "outcome_area", goal.outcome_area);
    Add(path + "need", goal.need);
    Add(path + "target_group", goal.target_group);
  }

  void Add(const Choice& choice) {
    const std::string path = absl::StrCat("choices[", choice.intervention, "].");
    Add(path + "status", StatusName(choice.status));
    Add(path + "status_date", choice.status_date);
    Add(path + "status_evidence", choice.status_evidence);
    Add(path + "stop_reason", choice.stop_reason);
    if (choice.planned_amount) Add(path + "planned_amount", ToText(*choice.planned_amount));
    Add(path + "pupils_reached", choice.pupils_reached);
    Add(path + "above_school_level", choice.above_school_level ? "true" : "");
    Add(path + "above_school_percent", choice.above_school_percent);
    Add(path + "joint_schools", choice.joint_schools);
    Add(path + "goals", choice.goals);
    Add(path + "considerations", choice.considerations);
    Add(path + "planned_start_date", choice.planned_start);
    Add(path + "planned_end_date", choice.planned_end);
  }

  void Add(const Moment& moment) {
    const std::string path = absl::StrCat("involvement_moments[", Av(Name(moment.group)), " ",
                                          FormatDay(moment.date), "]");
    Add(path + ".form", moment.form.empty() ? "not said" : moment.form);
    Add(path + ".evidence", moment.evidence);
  }

  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace

std::vector<Difference> Diff(const Programme& before, const Programme& after) {
  std::set<std::string> repeated = RepeatedPaths(before.consents);
  repeated.merge(RepeatedPaths(after.consents));
  const Fields older(before, repeated);
  const Fields newer(after, repeated);
  // By path; of paths that are there more than once, as moments of one day may be, in their order.
  std::multimap<std::string_view, std::string_view> left(older.list().begin(), older.list().end());
  std::vector<Difference> differences;
  for (const auto& [path, value] : newer.list()) {
    const auto was = left.find(path);
    if (was == left.end()) {
      differences.push_back({path, "", value});
      continue;
    }
    if (was->second != value) differences.push_back({path, std::string(was->second), value});
    left.erase(was);
  }
  for (const auto& [path, value] : older.list()) {
    const auto was = left.find(path);
    if (was == left.end()) continue;
    differences.push_back({path, std::string(was->second), ""});
    left.erase(was);
  }
  return differences;
}

}  // namespace vg::catalogue
