#include "services/catalogue/api/programme_proto.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/choice_proto.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/domain/stage.h"

namespace vg::catalogue {
namespace {

Scan FromProto(const v1::Scan& scan) {
  return {.made_by = scan.made_by(),
          .instruments = {scan.instruments().begin(), scan.instruments().end()},
          .outcome_areas = {scan.outcome_areas().begin(), scan.outcome_areas().end()},
          .evidence = scan.evidence()};
}

Goal FromProto(const v1::Goal& goal) {
  return {.id = goal.id(),
          .text = goal.text(),
          .outcome_area = goal.outcome_area(),
          .need = goal.need(),
          .target_group = goal.target_group()};
}

Milestone FromProto(const v1::Milestone& milestone, const std::string& path,
                    std::vector<FieldViolation>& violations) {
  return {.date = DayOf(milestone.date(), path + ".date", violations),
          .evidence = milestone.evidence()};
}

Moment FromProto(const v1::InvolvementMoment& moment, const std::string& path,
                 std::vector<FieldViolation>& violations) {
  return {.group = static_cast<InvolvedGroup>(moment.group()),
          .date = DayOf(moment.date(), path + ".date", violations),
          .form = moment.form(),
          .evidence = moment.evidence()};
}

v1::Involvement ToProto(Involvement involvement) {
  return static_cast<v1::Involvement>(involvement);
}

void ToProto(const Scan& scan, v1::Scan& out) {
  out.set_made_by(scan.made_by);
  out.mutable_instruments()->Assign(scan.instruments.begin(), scan.instruments.end());
  out.mutable_outcome_areas()->Assign(scan.outcome_areas.begin(), scan.outcome_areas.end());
  out.set_evidence(scan.evidence);
}

void ToProto(const Goal& goal, v1::Goal& out) {
  out.set_id(goal.id);
  out.set_text(goal.text);
  out.set_outcome_area(goal.outcome_area);
  out.set_need(goal.need);
  out.set_target_group(goal.target_group);
}

void ToProto(const Milestone& milestone, v1::Milestone& out) {
  *out.mutable_date() = rpc::ToProto(milestone.date);
  out.set_evidence(milestone.evidence);
}

void ToProto(const Moment& moment, v1::InvolvementMoment& out) {
  out.set_group(static_cast<v1::InvolvedGroup>(moment.group));
  *out.mutable_date() = rpc::ToProto(moment.date);
  out.set_form(moment.form);
  out.set_evidence(moment.evidence);
}

void ToProto(const Consent& consent, v1::Consent& out) {
  out.set_body(static_cast<v1::CouncilBody>(consent.body));
  out.set_state(static_cast<v1::ConsentState>(consent.state));
  *out.mutable_date() = rpc::ToProto(consent.date);
  out.set_evidence(consent.evidence);
  *out.mutable_record_time() = rpc::ToProto(consent.record_time);
  out.set_revision(consent.revision);
  if (consent.retract_time) *out.mutable_retract_time() = rpc::ToProto(*consent.retract_time);
}

void ToProto(const Finding& finding, v1::ProgrammeFinding& out) {
  out.set_code(finding.code);
  out.set_field(finding.field);
  out.set_message(finding.sentence);
}

void ToProto(const Plan& plan, v1::Programme& out) {
  out.set_menu_edition(MenuName(plan.menu_edition));
  if (plan.scan_date) *out.mutable_scan_date() = rpc::ToProto(*plan.scan_date);
  if (plan.scan != Scan()) ToProto(plan.scan, *out.mutable_scan());
  out.mutable_goals()->Assign(plan.goals.begin(), plan.goals.end());
  for (const Goal& goal : plan.structured_goals) ToProto(goal, *out.add_structured_goals());
  if (plan.goals_set) ToProto(*plan.goals_set, *out.mutable_goals_set());
  for (const Choice& choice : plan.choices) ToProto(choice, *out.add_choices());
  if (plan.choices_made) ToProto(*plan.choices_made, *out.mutable_choices_made());
  out.mutable_considerations()->Assign(plan.considerations.begin(), plan.considerations.end());
  out.set_team_involvement(ToProto(plan.team));
  out.set_parent_involvement(ToProto(plan.parents));
  out.set_pupil_involvement(ToProto(plan.pupils));
  out.set_council_involvement(ToProto(plan.council));
  for (const Moment& moment : plan.moments) ToProto(moment, *out.add_involvement_moments());
}

v1::Programme KeptPart(const Programme& programme) {
  v1::Programme out;
  out.set_name(ProgrammeName(programme.key));
  ToProto(programme.plan, out);
  for (const Consent& consent : programme.consents) ToProto(consent, *out.add_consents());
  for (const Finding& warning : programme.warnings) ToProto(warning, *out.add_warnings());
  if (programme.choices_change_time) {
    *out.mutable_choices_change_time() = rpc::ToProto(*programme.choices_change_time);
  }
  out.set_choices_revision(programme.choices_revision);
  out.set_imported_digest(programme.imported_digest);
  out.set_imported_revision(programme.imported_revision);
  out.set_revision(programme.revision);
  *out.mutable_update_time() = rpc::ToProto(programme.update_time);
  return out;
}

// Earlier releases kept no revisions of choices and decisions, only when each was recorded: what
// was outdated by that is about the revision before the newest, all else about the newest.
void NumberDecisions(Programme& programme) {
  if (programme.choices_change_time && programme.choices_revision == 0) {
    programme.choices_revision = programme.revision;
  }
  for (Consent& consent : programme.consents) {
    if (consent.revision > 0) continue;
    const bool outdated =
        programme.choices_change_time && consent.record_time < *programme.choices_change_time;
    consent.revision = outdated ? programme.revision - 1 : programme.revision;
  }
}

// As it leaves through the feed.
v1::Programme Discreet(const Programme& programme) {
  v1::Programme out = ToProto(programme);
  out.clear_goals();
  out.clear_structured_goals();
  if (out.has_scan()) {
    out.mutable_scan()->clear_made_by();
    out.mutable_scan()->clear_instruments();
    out.mutable_scan()->clear_evidence();
  }
  if (out.has_goals_set()) out.mutable_goals_set()->clear_evidence();
  if (out.has_choices_made()) out.mutable_choices_made()->clear_evidence();
  for (v1::Choice& choice : *out.mutable_choices()) {
    choice.clear_stop_reason();
    choice.clear_status_evidence();
    choice.clear_status_history();
  }
  for (v1::InvolvementMoment& moment : *out.mutable_involvement_moments()) {
    moment.clear_form();
    moment.clear_evidence();
  }
  for (v1::Consent& consent : *out.mutable_consents()) consent.clear_evidence();
  out.clear_imported_digest();
  out.clear_imported_revision();
  for (v1::ProgrammeFinding& gap : *out.mutable_gaps()) gap.clear_message();
  for (v1::ProgrammeFinding& warning : *out.mutable_warnings()) warning.clear_message();
  return out;
}

}  // namespace

absl::StatusOr<Plan> PlanOf(const v1::Programme& programme,
                            std::vector<FieldViolation>& violations) {
  Plan plan;
  ASSIGN_OR_RETURN(plan.menu_edition, MenuIdOf(programme.menu_edition(), "menu_edition"));
  if (programme.has_scan_date()) {
    plan.scan_date = DayOf(programme.scan_date(), "scan_date", violations);
  }
  plan.scan = FromProto(programme.scan());
  plan.goals.assign(programme.goals().begin(), programme.goals().end());
  for (const v1::Goal& goal : programme.structured_goals()) {
    plan.structured_goals.push_back(FromProto(goal));
  }
  if (programme.has_goals_set()) {
    plan.goals_set = FromProto(programme.goals_set(), "goals_set", violations);
  }
  for (int i = 0; i < programme.choices_size(); ++i) {
    ASSIGN_OR_RETURN(Choice choice,
                     ChoiceOf(programme.choices(i), absl::StrCat("choices[", i, "]"), violations));
    plan.choices.push_back(std::move(choice));
  }
  if (programme.has_choices_made()) {
    plan.choices_made = FromProto(programme.choices_made(), "choices_made", violations);
  }
  plan.considerations.assign(programme.considerations().begin(), programme.considerations().end());
  plan.team = static_cast<Involvement>(programme.team_involvement());
  plan.parents = static_cast<Involvement>(programme.parent_involvement());
  plan.pupils = static_cast<Involvement>(programme.pupil_involvement());
  plan.council = static_cast<Involvement>(programme.council_involvement());
  for (int i = 0; i < programme.involvement_moments_size(); ++i) {
    plan.moments.push_back(FromProto(programme.involvement_moments(i),
                                     absl::StrCat("involvement_moments[", i, "]"), violations));
  }
  return plan;
}

Consent FromProto(const v1::Consent& consent, std::vector<FieldViolation>& violations) {
  return {.body = static_cast<CouncilBody>(consent.body()),
          .state = static_cast<ConsentState>(consent.state()),
          .date = DayOf(consent.date(), "date", violations),
          .evidence = consent.evidence(),
          .revision = consent.revision()};
}

v1::Programme ToProto(const Programme& programme) {
  v1::Programme out = KeptPart(programme);
  out.set_etag(EtagOf(programme));
  out.set_stage(static_cast<v1::ProgrammeStage>(StageOf(programme)));
  for (const Finding& gap : GapsOf(programme)) ToProto(gap, *out.add_gaps());
  return out;
}

std::string ContentOf(const Programme& programme) {
  return KeptPart(programme).SerializeAsString();
}

absl::StatusOr<Programme> FromContent(const std::string& content) {
  v1::Programme proto;
  if (!proto.ParseFromString(content)) {
    return absl::InternalError("a stored programme cannot be read");
  }
  std::vector<FieldViolation> violations;
  Programme programme;
  ASSIGN_OR_RETURN(programme.key, ProgrammeKeyOf(proto.name(), "name"));
  ASSIGN_OR_RETURN(programme.plan, PlanOf(proto, violations));
  for (int i = 0; i < proto.choices_size(); ++i) {
    ASSIGN_OR_RETURN(programme.plan.choices[static_cast<size_t>(i)].history,
                     HistoryOf(proto.choices(i), violations));
  }
  for (const v1::Consent& consent : proto.consents()) {
    programme.consents.push_back(FromProto(consent, violations));
    ASSIGN_OR_RETURN(programme.consents.back().record_time,
                     rpc::FromProto(consent.record_time(), "record_time"));
    if (consent.has_retract_time()) {
      ASSIGN_OR_RETURN(programme.consents.back().retract_time,
                       rpc::FromProto(consent.retract_time(), "retract_time"));
    }
  }
  for (const v1::ProgrammeFinding& warning : proto.warnings()) {
    programme.warnings.push_back({warning.code(), warning.field(), warning.message()});
  }
  if (proto.has_choices_change_time()) {
    ASSIGN_OR_RETURN(programme.choices_change_time,
                     rpc::FromProto(proto.choices_change_time(), "choices_change_time"));
  }
  programme.choices_revision = proto.choices_revision();
  programme.imported_digest = proto.imported_digest();
  programme.imported_revision = proto.imported_revision();
  programme.revision = proto.revision();
  ASSIGN_OR_RETURN(programme.update_time, rpc::FromProto(proto.update_time(), "update_time"));
  if (!violations.empty()) return absl::InternalError("a stored programme is not a right one");
  NumberDecisions(programme);
  return programme;
}

absl::StatusOr<v1::Programme> ProtoOfContent(const std::string& content) {
  ASSIGN_OR_RETURN(const Programme programme, FromContent(content));
  return ToProto(programme);
}

std::string FeedPayload(const Programme* before, const Programme& after) {
  v1::ProgrammeChange change;
  if (before != nullptr) *change.mutable_before() = Discreet(*before);
  *change.mutable_after() = Discreet(after);
  return change.SerializeAsString();
}

}  // namespace vg::catalogue
