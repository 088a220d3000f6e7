#include "services/catalogue/api/programme_proto.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

absl::StatusOr<Choice> FromProto(const v1::Choice& choice, const std::string& path,
                                 std::vector<FieldViolation>& violations) {
  Choice out{.status = static_cast<ChoiceStatus>(choice.status()),
             .stop_reason = choice.stop_reason()};
  ASSIGN_OR_RETURN(out.intervention,
                   InterventionIdOf(choice.intervention(), path + ".intervention"));
  if (choice.has_planned_amount()) {
    const absl::StatusOr<Money> amount =
        rpc::FromProto(choice.planned_amount(), path + ".planned_amount");
    if (amount.ok()) {
      out.planned_amount = *amount;
    } else {
      violations.push_back(BadAmount(path + ".planned_amount"));
    }
  }
  if (choice.has_pupils_reached()) out.pupils_reached = choice.pupils_reached();
  return out;
}

v1::Involvement ToProto(Involvement involvement) {
  return static_cast<v1::Involvement>(involvement);
}

void ToProto(const Choice& choice, v1::Choice& out) {
  out.set_intervention(InterventionName(choice.intervention));
  out.set_status(static_cast<v1::ChoiceStatus>(choice.status));
  if (choice.planned_amount) *out.mutable_planned_amount() = rpc::ToProto(*choice.planned_amount);
  if (choice.pupils_reached) out.set_pupils_reached(*choice.pupils_reached);
  out.set_stop_reason(choice.stop_reason);
}

void ToProto(const Consent& consent, v1::Consent& out) {
  out.set_body(static_cast<v1::CouncilBody>(consent.body));
  out.set_state(static_cast<v1::ConsentState>(consent.state));
  *out.mutable_date() = rpc::ToProto(consent.date);
  out.set_evidence(consent.evidence);
  *out.mutable_record_time() = rpc::ToProto(consent.record_time);
}

void Discreet(v1::Programme& programme) {
  programme.clear_goals();
  for (v1::Choice& choice : *programme.mutable_choices()) choice.clear_stop_reason();
  for (v1::Consent& consent : *programme.mutable_consents()) consent.clear_evidence();
}

}  // namespace

absl::StatusOr<Plan> PlanOf(const v1::Programme& programme,
                            std::vector<FieldViolation>& violations) {
  Plan plan;
  ASSIGN_OR_RETURN(plan.menu_edition, MenuIdOf(programme.menu_edition(), "menu_edition"));
  if (programme.has_scan_date()) {
    const absl::StatusOr<absl::CivilDay> day = rpc::FromProto(programme.scan_date(), "scan_date");
    if (day.ok()) {
      plan.scan_date = *day;
    } else {
      violations.push_back(ImpossibleDate("scan_date"));
    }
  }
  plan.goals.assign(programme.goals().begin(), programme.goals().end());
  for (int i = 0; i < programme.choices_size(); ++i) {
    ASSIGN_OR_RETURN(Choice choice,
                     FromProto(programme.choices(i), absl::StrCat("choices[", i, "]"), violations));
    plan.choices.push_back(std::move(choice));
  }
  plan.considerations.assign(programme.considerations().begin(), programme.considerations().end());
  plan.team = static_cast<Involvement>(programme.team_involvement());
  plan.parents = static_cast<Involvement>(programme.parent_involvement());
  plan.pupils = static_cast<Involvement>(programme.pupil_involvement());
  plan.council = static_cast<Involvement>(programme.council_involvement());
  return plan;
}

Consent FromProto(const v1::Consent& consent, std::vector<FieldViolation>& violations) {
  Consent out{.body = static_cast<CouncilBody>(consent.body()),
              .state = static_cast<ConsentState>(consent.state()),
              .evidence = consent.evidence()};
  const absl::StatusOr<absl::CivilDay> day = rpc::FromProto(consent.date(), "date");
  if (day.ok()) {
    out.date = *day;
  } else {
    violations.push_back(ImpossibleDate("date"));
  }
  return out;
}

v1::Programme ToProto(const Programme& programme) {
  v1::Programme out;
  out.set_name(ProgrammeName(programme.key));
  const Plan& plan = programme.plan;
  out.set_menu_edition(MenuName(plan.menu_edition));
  if (plan.scan_date) *out.mutable_scan_date() = rpc::ToProto(*plan.scan_date);
  for (const std::string& goal : plan.goals) out.add_goals(goal);
  for (const Choice& choice : plan.choices) ToProto(choice, *out.add_choices());
  for (const std::string& consideration : plan.considerations) {
    out.add_considerations(consideration);
  }
  out.set_team_involvement(ToProto(plan.team));
  out.set_parent_involvement(ToProto(plan.parents));
  out.set_pupil_involvement(ToProto(plan.pupils));
  out.set_council_involvement(ToProto(plan.council));
  for (const Consent& consent : programme.consents) ToProto(consent, *out.add_consents());
  out.set_revision(programme.revision);
  *out.mutable_update_time() = rpc::ToProto(programme.update_time);
  out.set_etag(EtagOf(programme));
  return out;
}

std::string ContentOf(const v1::Programme& programme) { return programme.SerializeAsString(); }

absl::StatusOr<v1::Programme> ProtoOfContent(const std::string& content) {
  v1::Programme programme;
  if (!programme.ParseFromString(content)) {
    return absl::InternalError("a stored programme cannot be read");
  }
  return programme;
}

absl::StatusOr<Programme> FromContent(const std::string& content) {
  ASSIGN_OR_RETURN(const v1::Programme proto, ProtoOfContent(content));
  std::vector<FieldViolation> violations;
  Programme programme;
  ASSIGN_OR_RETURN(programme.key, ProgrammeKeyOf(proto.name(), "name"));
  ASSIGN_OR_RETURN(programme.plan, PlanOf(proto, violations));
  for (const v1::Consent& consent : proto.consents()) {
    programme.consents.push_back(FromProto(consent, violations));
    ASSIGN_OR_RETURN(programme.consents.back().record_time,
                     rpc::FromProto(consent.record_time(), "record_time"));
  }
  programme.revision = proto.revision();
  ASSIGN_OR_RETURN(programme.update_time, rpc::FromProto(proto.update_time(), "update_time"));
  if (!violations.empty()) return absl::InternalError("a stored programme is not a right one");
  return programme;
}

std::string FeedPayload(const v1::Programme* before, const v1::Programme& after) {
  v1::ProgrammeChange change;
  if (before != nullptr) {
    *change.mutable_before() = *before;
    Discreet(*change.mutable_before());
  }
  *change.mutable_after() = after;
  Discreet(*change.mutable_after());
  return change.SerializeAsString();
}

}  // namespace vg::catalogue
