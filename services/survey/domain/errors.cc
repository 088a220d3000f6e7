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

absl::Status QuotaTwice(std::string_view field, std::string_view quota) {
  return InvalidField(field, "QUOTA_TWICE",
                      absl::StrCat("must be unique in the wave; \"", Av(quota), "\" is not"));
}

absl::Status SampleTwice(std::string_view field, Role role) {
  return InvalidField(field, "SAMPLE_TWICE",
                      absl::StrCat("is a second sample of ", Av(RoleWords(role))));
}

absl::Status RoleNotAsked(std::string_view field, Role role) {
  return InvalidField(
      field, "ROLE_NOT_ASKED",
      absl::StrCat("must be a role that the wave asks; ", Av(RoleWords(role)), " are not asked"));
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

absl::Status NotInSample(std::string_view field, std::string_view unit, Role role) {
  return InvalidField(
      field, "NOT_IN_SAMPLE",
      absl::StrCat("must be in the sample of ", Av(RoleWords(role)), "; ", Av(unit), " is not"));
}

absl::Status UnknownUnit(std::string_view unit, std::string_view snapshot) {
  return InvalidField("unit", "UNKNOWN_UNIT",
                      absl::StrCat("must be a unit of ", Av(snapshot), "; ", Av(unit), " is not"));
}

absl::Status ResponseExists(std::string_view response_name) {
  return AlreadyExists(
      response_name, "RESPONSE_EXISTS",
      absl::StrCat(
          Av(response_name),
          " holds another response; a complete response is changed by CorrectResponse, and a "
          "partial one goes on with the same unit's; send a new one under a new id"));
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

absl::Status QuotaFull(std::string_view response_name, std::string_view quota, int64_t limit) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "QUOTA_FULL",
      absl::StrCat(Av(response_name), " comes too late: quota \"", Av(quota), "\" takes at most ",
                   limit, " complete responses and has them; a withdrawal makes room"),
      {{"resource", std::string(response_name)}, {"quota", std::string(quota)}});
}

absl::Status ResponsePartial(std::string_view response_name) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "RESPONSE_PARTIAL",
      absl::StrCat(Av(response_name), " is not complete; go on with it by SubmitResponse instead"),
      {{"resource", std::string(response_name)}});
}

absl::Status NotComplete() {
  return InvalidField("partial", "NOT_COMPLETE", "must not be set: a correction is complete");
}

absl::Status Immutable(std::string_view field) {
  return InvalidField(field, "IMMUTABLE",
                      "must be that of the response; withdraw it and send another one instead");
}

absl::Status RevisionMismatch(std::string_view response_name, int revision) {
  return Error(absl::StatusCode::kAborted, "REVISION_MISMATCH",
               absl::StrCat(Av(response_name), " has revision ", revision,
                            " by now; read it again and decide anew"),
               {{"resource", std::string(response_name)}, {"revision", absl::StrCat(revision)}});
}

absl::Status NotTheSubmitter(std::string_view response_name) {
  return Error(absl::StatusCode::kPermissionDenied, "NOT_THE_SUBMITTER",
               absl::StrCat(Av(response_name),
                            " was handed in by somebody else; send the token of the invitation "
                            "that it was answered with, or ask the programme's staff"),
               {{"resource", std::string(response_name)}});
}

absl::Status ExtensionExists(std::string_view extension_name) {
  return AlreadyExists(
      extension_name, "EXTENSION_EXISTS",
      absl::StrCat(Av(extension_name), " was granted with other content; give a new one a new id"));
}

absl::Status TooManyExtensions(std::string_view wave_name, int64_t most) {
  return Error(absl::StatusCode::kFailedPrecondition, "TOO_MANY_EXTENSIONS",
               absl::StrCat(Av(wave_name), " has ", most,
                            " extensions, the most there can be; put off its closing instead"),
               {{"resource", std::string(wave_name)}});
}

absl::Status InvitationRequired() {
  return InvalidField("invitation_token", "INVITATION_REQUIRED",
                      "must be the token of an invitation; this questionnaire is for invited "
                      "respondents");
}

absl::Status InvitationUnknown() {
  return InvalidField("invitation_token", "INVITATION_UNKNOWN",
                      "must be the token of an invitation of this wave");
}

absl::Status InvitationOfOtherUnit(std::string_view unit, Role role) {
  return InvalidField(
      "invitation_token", "INVITATION_OF_OTHER_UNIT",
      absl::StrCat("must be of an invitation to ", Av(RoleWords(role)), " of ", Av(unit)));
}

absl::Status InvitationUsed() {
  return Error(absl::StatusCode::kFailedPrecondition, "INVITATION_USED",
               "the invitation was used for as many responses as it lets in");
}

absl::Status InvitationRevoked() {
  return Error(absl::StatusCode::kFailedPrecondition, "INVITATION_REVOKED",
               "the invitation was taken back");
}

absl::Status InvitationExists(std::string_view invitation_name) {
  return AlreadyExists(invitation_name, "INVITATION_EXISTS",
                       absl::StrCat(Av(invitation_name),
                                    " was made with another kind or limit; choose the next number "
                                    "to invite more"));
}

}  // namespace vg::survey
