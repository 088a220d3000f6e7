#include "services/survey/domain/errors.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::survey {

absl::Status WaveExists(std::string_view wave_name) {
  return AlreadyExists(wave_name, "WAVE_EXISTS",
                       absl::StrCat(Av(wave_name),
                                    " was opened with other content; give a new wave a new id, or "
                                    "change its title and times with UpdateWave"));
}

absl::Status TimesReversed(std::string_view field) {
  return InvalidField(field, "TIMES_REVERSED", "must be after open_time");
}

absl::Status RoleTakenTwice(std::string_view field, Role role, std::string_view other_version) {
  return InvalidField(
      field, "ROLE_TAKEN_TWICE",
      absl::StrCat("asks ", Av(RoleWords(role)), " that ", Av(other_version),
                   " asks already; questionnaires of one role must name different sectors"));
}

absl::Status QuestionnaireTwice(std::string_view field, std::string_view questionnaire) {
  return InvalidField(field, "QUESTIONNAIRE_TWICE",
                      absl::StrCat("is a second version of ", Av(questionnaire),
                                   "; a wave asks one version of each"));
}

absl::Status WaveNotOpen(std::string_view wave_name, absl::Time open_time) {
  return Error(absl::StatusCode::kFailedPrecondition, "WAVE_NOT_OPEN",
               absl::StrCat(Av(wave_name), " takes answers from ", vg::FormatTime(open_time)),
               {{"resource", std::string(wave_name)}, {"open_time", vg::FormatTime(open_time)}});
}

absl::Status WaveClosed(std::string_view wave_name, absl::Time close_time) {
  return Error(absl::StatusCode::kFailedPrecondition, "WAVE_CLOSED",
               absl::StrCat(Av(wave_name), " took answers until ", vg::FormatTime(close_time)),
               {{"resource", std::string(wave_name)}, {"close_time", vg::FormatTime(close_time)}});
}

absl::Status WrongQuestionnaire(std::string_view sentence) {
  return InvalidField("questionnaire_version", "WRONG_QUESTIONNAIRE", std::string(sentence));
}

absl::Status WrongUnit(std::string_view unit, Role role) {
  return InvalidField(
      "unit", "WRONG_UNIT",
      absl::StrCat("must be ", Av(KindWords(KindAsked(role))), ", for the questionnaire asks ",
                   Av(RoleWords(role)), "; is ", Av(unit)));
}

absl::Status UnknownUnit(std::string_view unit, std::string_view snapshot) {
  return InvalidField("unit", "UNKNOWN_UNIT",
                      absl::StrCat("must be a unit of ", Av(snapshot), "; ", Av(unit), " is not"));
}

absl::Status ResponseExists(std::string_view response_name) {
  return AlreadyExists(
      response_name, "RESPONSE_EXISTS",
      absl::StrCat(Av(response_name),
                   " holds another response; a complete response cannot be replaced, and a partial "
                   "one only by the same unit's; withdraw it and send the new one under a new id"));
}

absl::Status ResponseWithdrawn(std::string_view response_name) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "RESPONSE_WITHDRAWN",
      absl::StrCat(Av(response_name), " was withdrawn; send a new response under a new id"),
      {{"resource", std::string(response_name)}});
}

absl::Status UnitAnswered(std::string_view response_name, std::string_view unit) {
  return AlreadyExists(response_name, "UNIT_ANSWERED",
                       absl::StrCat(Av(unit),
                                    " has a complete response already and answers once; withdraw "
                                    "that one to send another"));
}

}  // namespace vg::survey
