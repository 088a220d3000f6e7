#include "services/catalogue/domain/filing.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/catalogue/domain/choice_status.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

// Whether it was new. It is about the revision `seen` if it does not say; `newest` is the last that
// it can say; `path` is "consent.".
absl::StatusOr<bool> Remember(Consent consent, int seen, int newest, absl::Time now,
                              const std::string& path, std::vector<Consent>& consents) {
  for (const Consent& known : consents) {
    if (SameDecision(known, consent)) return false;
  }
  if (consent.revision > newest) {
    return InvalidFields({UnknownRevision(path + "revision", consent.revision, newest)});
  }
  if (consent.revision == 0) consent.revision = seen;
  consent.record_time = now;
  const auto older = std::find_if(consents.begin(), consents.end(), [&](const Consent& known) {
    return std::tie(known.date, known.revision) <= std::tie(consent.date, consent.revision);
  });
  consents.insert(older, std::move(consent));
  return true;
}

const Choice* FindChoice(const Plan& plan, const std::string& intervention) {
  const auto found =
      std::find_if(plan.choices.begin(), plan.choices.end(),
                   [&](const Choice& choice) { return choice.intervention == intervention; });
  return found == plan.choices.end() ? nullptr : &*found;
}

// What `choice` of the filing goes on from: what was kept of it, or else of what it takes the place
// of and what the filing gives up; null if it begins.
const Choice* Former(const Filing& filing, const Choice& choice, const Plan& known) {
  const Choice* const same = FindChoice(known, choice.intervention);
  const auto replaced = filing.replaced.find(choice.intervention);
  if (same != nullptr || replaced == filing.replaced.end()) return same;
  for (const std::string& intervention : replaced->second) {
    const Choice* const former = FindChoice(known, intervention);
    if (former == nullptr || FindChoice(filing.plan, intervention) != nullptr) continue;
    if (former->status == choice.status || MayFollow(former->status, choice.status)) return former;
  }
  return nullptr;
}

// The plan of the filing with the histories that its choices have and come to.
absl::StatusOr<Plan> Continued(const Filing& filing, const Plan& known, absl::Time now) {
  Plan plan = filing.plan;
  std::vector<FieldViolation> violations;
  for (size_t i = 0; i < plan.choices.size(); ++i) {
    Choice& choice = plan.choices[i];
    const Choice* const former = Former(filing, choice, known);
    if (former != nullptr) DropKeptDate(*former, choice);
    const std::string path = absl::StrCat("programme.choices[", i, "].");
    for (FieldViolation& violation : Continue(former, now, path, choice)) {
      violations.push_back(std::move(violation));
    }
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  return plan;
}

// Whether a stream sends again what it filed before; others may have changed the plan since.
bool IsImportedAgain(const Filing& filing, const Programme& programme) {
  return !filing.insists && !filing.imported_digest.empty() &&
         filing.imported_digest == programme.imported_digest;
}

// What councils consent to.
auto ConsentedTo(const Plan& plan) {
  using Matter = std::tuple<std::string, std::optional<int64_t>, bool, std::optional<int>,
                            std::set<std::string>>;
  std::set<Matter> matters;
  for (const Choice& choice : plan.choices) {
    std::optional<int64_t> cents;
    if (choice.planned_amount) cents = choice.planned_amount->cents;
    matters.insert({choice.intervention,
                    cents,
                    choice.above_school_level,
                    choice.above_school_percent,
                    {choice.joint_schools.begin(), choice.joint_schools.end()}});
  }
  return matters;
}

absl::StatusOr<std::optional<Programme>> Changed(Programme programme, absl::Time now,
                                                 std::string field) {
  if (programme.consents.size() > kMaxConsents) {
    return InvalidFields({TooManyConsents(std::move(field), kMaxConsents)});
  }
  ++programme.revision;
  programme.update_time = now;
  return programme;
}

}  // namespace

absl::StatusOr<std::optional<Programme>> Apply(const Filing& filing, const Programme* stored,
                                               absl::Time now) {
  Programme programme = stored == nullptr ? Programme{.key = filing.key} : *stored;
  const int next = programme.revision + 1;
  const bool imported_again = IsImportedAgain(filing, programme);
  bool changed = false;
  if (!imported_again) {
    ASSIGN_OR_RETURN(Plan plan, Continued(filing, programme.plan, now));
    changed = stored == nullptr || stored->plan != plan;
    if (ConsentedTo(programme.plan) != ConsentedTo(plan)) {
      programme.choices_change_time = now;
      programme.choices_revision = next;
    }
    programme.plan = std::move(plan);
    programme.warnings = filing.warnings;
    if (!filing.imported_digest.empty()) {
      programme.imported_digest = filing.imported_digest;
      programme.imported_revision = next;
    }
  }
  // Councils consent to what the filing says, not to what others have made of it.
  const int seen = imported_again ? programme.imported_revision : next;
  for (size_t i = 0; i < filing.consents.size(); ++i) {
    ASSIGN_OR_RETURN(const bool is_new,
                     Remember(filing.consents[i], seen, next, now,
                              absl::StrCat("consents[", i, "]."), programme.consents));
    changed |= is_new;
  }
  if (changed) return Changed(std::move(programme), now, "consents");
  if (imported_again || filing.imported_digest.empty()) return std::nullopt;
  Programme imported = *stored;
  imported.imported_digest = filing.imported_digest;
  imported.imported_revision = stored->revision;
  if (imported == *stored) return std::nullopt;
  return imported;
}

absl::StatusOr<std::optional<Programme>> Record(const Consent& consent, const Programme& stored,
                                                absl::Time now) {
  Programme programme = stored;
  ASSIGN_OR_RETURN(const bool is_new, Remember(consent, stored.revision, stored.revision, now,
                                               "consent.", programme.consents));
  if (!is_new) return std::nullopt;
  return Changed(std::move(programme), now, "consent");
}

absl::StatusOr<std::optional<Programme>> Retract(const Consent& consent, const Programme& stored,
                                                 absl::Time now) {
  Programme programme = stored;
  bool found = false;
  bool changed = false;
  for (Consent& known : programme.consents) {
    if (!SameDecision(known, consent)) continue;
    found = true;
    if (known.retract_time) continue;
    known.retract_time = now;
    changed = true;
  }
  if (!found) return InvalidFields({NotRecorded("consent")});
  if (!changed) return std::nullopt;
  return Changed(std::move(programme), now, "consent");
}

absl::StatusOr<std::optional<Programme>> Record(const StatusReport& report, const Programme& stored,
                                                absl::Time now) {
  const Choice* const known = FindChoice(stored.plan, report.intervention);
  if (known == nullptr) return InvalidFields({NotChosen("intervention", report.intervention)});
  Choice choice = *known;
  choice.status = report.change.status;
  choice.status_date = report.change.date;
  choice.stop_reason = report.change.stop_reason;
  choice.status_evidence = report.change.evidence;
  if (report.pupils_reached) choice.pupils_reached = report.pupils_reached;
  std::vector<FieldViolation> violations = Continue(known, now, "", choice);
  for (FieldViolation& violation : violations) {
    if (violation.field == "status_date") violation.field = "date";
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  if (choice == *known) return std::nullopt;
  Programme programme = stored;
  programme.plan.choices[static_cast<size_t>(known - stored.plan.choices.data())] =
      std::move(choice);
  return Changed(std::move(programme), now, "status");
}

}  // namespace vg::catalogue
