#include "services/catalogue/domain/programme.h"

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/time/clock.h"

namespace vg::catalogue {
namespace {

absl::TimeZone Netherlands() {
  static const absl::TimeZone zone = [] {
    absl::TimeZone found;
    // Without a time zone database: an hour ahead of UTC, right but for one hour of a summer night.
    return absl::LoadTimeZone("Europe/Amsterdam", &found) ? found : absl::FixedTimeZone(3600);
  }();
  return zone;
}

void Add(const std::optional<absl::CivilDay>& day, DigestBuilder& digest) {
  day ? digest.Text(FormatDay(*day)) : digest.Absent();
}

void Add(const std::vector<std::string>& texts, DigestBuilder& digest) {
  digest.List(texts.size());
  for (const std::string& text : texts) digest.Text(text);
}

void Add(const std::optional<int>& number, DigestBuilder& digest) {
  number ? digest.Integer(*number) : digest.Absent();
}

void Add(const std::optional<Milestone>& milestone, DigestBuilder& digest) {
  if (!milestone) {
    digest.Absent();
    return;
  }
  digest.Record("milestone").Text(FormatDay(milestone->date)).Text(milestone->evidence);
}

// Without the history, which follows from the statuses that were filed.
void Add(const Choice& choice, DigestBuilder& digest) {
  digest.Record("choice").Text(choice.intervention).Integer(static_cast<int>(choice.status));
  choice.planned_amount ? digest.Amount(*choice.planned_amount) : digest.Absent();
  Add(choice.pupils_reached, digest);
  digest.Text(choice.stop_reason).Flag(choice.above_school_level);
  Add(choice.above_school_percent, digest);
  Add(choice.joint_schools, digest);
  Add(choice.goals, digest);
  Add(choice.considerations, digest);
  Add(choice.planned_start, digest);
  Add(choice.planned_end, digest);
  Add(choice.status_date, digest);
  digest.Text(choice.status_evidence);
}

}  // namespace

absl::CivilDay Today(absl::Time now) { return absl::ToCivilDay(now, Netherlands()); }

Involvement InvolvementOf(const Plan& plan, InvolvedGroup group) {
  switch (group) {
    case InvolvedGroup::kTeam:
      return plan.team;
    case InvolvedGroup::kParents:
      return plan.parents;
    case InvolvedGroup::kPupils:
      return plan.pupils;
    case InvolvedGroup::kCouncil:
      return plan.council;
  }
  return Involvement::kNotSaid;
}

bool SameDecision(const Consent& kept, const Consent& said) {
  return kept.body == said.body && kept.state == said.state && kept.date == said.date &&
         kept.evidence == said.evidence && (said.revision == 0 || said.revision == kept.revision);
}

std::string Digest(const Plan& plan) {
  DigestBuilder digest("voortgang.catalogue.plan.v2");
  digest.Text(plan.menu_edition);
  Add(plan.scan_date, digest);
  digest.Record("scan").Text(plan.scan.made_by);
  Add(plan.scan.instruments, digest);
  Add(plan.scan.outcome_areas, digest);
  digest.Text(plan.scan.evidence);
  Add(plan.goals, digest);
  digest.List(plan.structured_goals.size());
  for (const Goal& goal : plan.structured_goals) {
    digest.Record("goal").Text(goal.id).Text(goal.text).Text(goal.outcome_area);
    digest.Text(goal.need).Text(goal.target_group);
  }
  Add(plan.goals_set, digest);
  digest.List(plan.choices.size());
  for (const Choice& choice : plan.choices) Add(choice, digest);
  Add(plan.choices_made, digest);
  Add(plan.considerations, digest);
  for (const Involvement involvement : {plan.team, plan.parents, plan.pupils, plan.council}) {
    digest.Integer(static_cast<int>(involvement));
  }
  digest.List(plan.moments.size());
  for (const Moment& moment : plan.moments) {
    digest.Record("moment").Integer(static_cast<int>(moment.group)).Text(FormatDay(moment.date));
    digest.Text(moment.form).Text(moment.evidence);
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
