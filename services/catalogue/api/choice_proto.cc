#include "services/catalogue/api/choice_proto.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

void ToProto(const StatusChange& change, v1::StatusChange& out) {
  out.set_status(static_cast<v1::ChoiceStatus>(change.status));
  *out.mutable_date() = rpc::ToProto(change.date);
  out.set_stop_reason(change.stop_reason);
  out.set_evidence(change.evidence);
  *out.mutable_record_time() = rpc::ToProto(change.record_time);
}

}  // namespace

absl::CivilDay DayOf(const google::type::Date& date, const std::string& field,
                     std::vector<FieldViolation>& violations) {
  const absl::StatusOr<absl::CivilDay> day = rpc::FromProto(date, field);
  if (day.ok()) return *day;
  violations.push_back(ImpossibleDate(field));
  return absl::CivilDay();
}

absl::StatusOr<Choice> ChoiceOf(const v1::Choice& choice, const std::string& path,
                                std::vector<FieldViolation>& violations) {
  Choice out{.status = static_cast<ChoiceStatus>(choice.status()),
             .stop_reason = choice.stop_reason(),
             .above_school_level = choice.above_school_level(),
             .goals = {choice.goals().begin(), choice.goals().end()},
             .considerations = {choice.considerations().begin(), choice.considerations().end()},
             .status_evidence = choice.status_evidence()};
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
  if (choice.has_above_school_percent()) out.above_school_percent = choice.above_school_percent();
  for (int i = 0; i < choice.joint_schools_size(); ++i) {
    ASSIGN_OR_RETURN(
        out.joint_schools.emplace_back(),
        SchoolIdOf(choice.joint_schools(i), absl::StrCat(path, ".joint_schools[", i, "]")));
  }
  if (choice.has_planned_start_date()) {
    out.planned_start =
        DayOf(choice.planned_start_date(), path + ".planned_start_date", violations);
  }
  if (choice.has_planned_end_date()) {
    out.planned_end = DayOf(choice.planned_end_date(), path + ".planned_end_date", violations);
  }
  if (choice.has_status_date()) {
    out.status_date = DayOf(choice.status_date(), path + ".status_date", violations);
  }
  return out;
}

absl::StatusOr<std::vector<StatusChange>> HistoryOf(const v1::Choice& choice,
                                                    std::vector<FieldViolation>& violations) {
  std::vector<StatusChange> history;
  for (const v1::StatusChange& change : choice.status_history()) {
    StatusChange& out = history.emplace_back();
    out.status = static_cast<ChoiceStatus>(change.status());
    out.date = DayOf(change.date(), "status_history.date", violations);
    out.stop_reason = change.stop_reason();
    out.evidence = change.evidence();
    ASSIGN_OR_RETURN(out.record_time, rpc::FromProto(change.record_time(), "record_time"));
  }
  return history;
}

void ToProto(const Choice& choice, v1::Choice& out) {
  out.set_intervention(InterventionName(choice.intervention));
  out.set_status(static_cast<v1::ChoiceStatus>(choice.status));
  if (choice.planned_amount) *out.mutable_planned_amount() = rpc::ToProto(*choice.planned_amount);
  if (choice.pupils_reached) out.set_pupils_reached(*choice.pupils_reached);
  out.set_stop_reason(choice.stop_reason);
  out.set_above_school_level(choice.above_school_level);
  if (choice.above_school_percent) out.set_above_school_percent(*choice.above_school_percent);
  for (const std::string& school : choice.joint_schools) out.add_joint_schools(SchoolName(school));
  out.mutable_goals()->Assign(choice.goals.begin(), choice.goals.end());
  out.mutable_considerations()->Assign(choice.considerations.begin(), choice.considerations.end());
  if (choice.planned_start) *out.mutable_planned_start_date() = rpc::ToProto(*choice.planned_start);
  if (choice.planned_end) *out.mutable_planned_end_date() = rpc::ToProto(*choice.planned_end);
  if (choice.status_date) *out.mutable_status_date() = rpc::ToProto(*choice.status_date);
  out.set_status_evidence(choice.status_evidence);
  for (const StatusChange& change : choice.history) ToProto(change, *out.add_status_history());
}

}  // namespace vg::catalogue
