#include "services/catalogue/domain/errors.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::catalogue {
namespace {

template <typename... Parts>
FieldViolation Violation(std::string field, std::string_view reason, const Parts&... parts) {
  return {std::move(field), std::string(reason), absl::StrCat(parts...)};
}

}  // namespace

FieldViolation DuplicateId(std::string field, std::string_view id) {
  return Violation(std::move(field), "DUPLICATE_ID", "'", Av(id),
                   "' is there already; name each once");
}

FieldViolation UnknownCategory(std::string field, std::string_view category) {
  return Violation(std::move(field), "UNKNOWN_CATEGORY", "'", Av(category),
                   "' is not the id of one of the edition's categories");
}

FieldViolation UnknownSector(std::string field) {
  return Violation(std::move(field), "UNKNOWN_SECTOR",
                   "name a sector, or leave the list empty for all of them");
}

FieldViolation ImpossibleDate(std::string field) {
  return Violation(std::move(field), "IMPOSSIBLE_DATE",
                   "give a day of the calendar, with year, month and day");
}

FieldViolation BadSchool(std::string field, std::string_view school) {
  return Violation(std::move(field), "BAD_SCHOOL", "'", Av(school),
                   "' is not the code of a school branch: two digits, two capitals, two digits, "
                   "such as 16SW03");
}

FieldViolation BadYear(std::string field, std::string_view school_year) {
  return Violation(std::move(field), "BAD_YEAR", "'", Av(school_year),
                   "' is not a school year: two years that follow each other, such as 2021-2022");
}

FieldViolation NotOnMenu(std::string field, std::string_view intervention, std::string_view menu) {
  return Violation(std::move(field), "NOT_ON_MENU", "'", Av(intervention), "' is not on ", Av(menu),
                   "; ListInterventions tells what is");
}

FieldViolation ChosenTwice(std::string field, std::string_view intervention) {
  return Violation(std::move(field), "CHOSEN_TWICE", "'", Av(intervention),
                   "' is chosen already; choose each intervention once");
}

FieldViolation SupportingAlone(std::string field, std::string_view intervention) {
  return Violation(std::move(field), "SUPPORTING_ALONE", "'", Av(intervention),
                   "' may only support an intervention of another category; choose one as well");
}

FieldViolation NoStopReason(std::string field) {
  return Violation(std::move(field), "NO_STOP_REASON", "say why the intervention was stopped");
}

FieldViolation NotStopped(std::string field) {
  return Violation(std::move(field), "NOT_STOPPED",
                   "only an intervention with status STOPPED has a reason for it; leave it empty");
}

FieldViolation BadAmount(std::string field) {
  return Violation(std::move(field), "BAD_AMOUNT",
                   "give an amount in EUR, in whole cents, from nothing to 1,000,000,000; leave it "
                   "out if unknown");
}

FieldViolation RankedTwice(std::string field, std::string_view consideration) {
  return Violation(std::move(field), "RANKED_TWICE", "'", Av(consideration),
                   "' has a place already; rank each consideration once");
}

FieldViolation DateInFuture(std::string field, std::string_view date, std::string_view today) {
  return Violation(std::move(field), "DATE_IN_FUTURE", Av(date), " is still to come (today is ",
                   Av(today), "); file a step once it was made");
}

FieldViolation NoScanDate(std::string field) {
  return Violation(std::move(field), "NO_SCAN_DATE",
                   "say on which day the scan was made, or leave out how");
}

FieldViolation NotInvolved(std::string field) {
  return Violation(std::move(field), "NOT_INVOLVED",
                   "the programme does not say that this group took part; set the group's "
                   "involvement to INFORMED, CONSULTED or DECIDED");
}

FieldViolation UnknownGoal(std::string field, std::string_view goal) {
  return Violation(std::move(field), "UNKNOWN_GOAL", "'", Av(goal),
                   "' is not the id of one of the programme's structured goals");
}

FieldViolation PeriodReversed(std::string field) {
  return Violation(std::move(field), "PERIOD_REVERSED", "the last day comes before the first");
}

FieldViolation NotAboveSchoolLevel(std::string field) {
  return Violation(std::move(field), "NOT_ABOVE_SCHOOL_LEVEL",
                   "only money that is used above school level has a part of it; set "
                   "above_school_level, or leave it out");
}

FieldViolation SharedWithItself(std::string field) {
  return Violation(std::move(field), "SHARED_WITH_ITSELF",
                   "name the other schools, not the one whose programme it is");
}

FieldViolation IllegalTransition(std::string field, std::string_view from, std::string_view to) {
  return Violation(std::move(field), "ILLEGAL_TRANSITION", "an intervention that is ", Av(from),
                   " does not become ", Av(to),
                   " at once; PLANNED goes to RUNNING, FINISHED or STOPPED, RUNNING to FINISHED or "
                   "STOPPED, FINISHED to RUNNING, STOPPED to PLANNED or RUNNING");
}

FieldViolation StatusOutOfOrder(std::string field, std::string_view date, std::string_view before) {
  return Violation(std::move(field), "STATUS_OUT_OF_ORDER", Av(date),
                   " is before the status that came first, which holds from ", Av(before));
}

FieldViolation TooManyStatuses(std::string field, int most) {
  return Violation(std::move(field), "TOO_MANY_STATUSES", "a choice keeps at most ", most,
                   " statuses");
}

FieldViolation NotChosen(std::string field, std::string_view intervention) {
  return Violation(std::move(field), "NOT_CHOSEN", "the programme has not chosen '",
                   Av(intervention), "'; file the programme with it first");
}

FieldViolation BoardMismatch(std::string field, std::string_view school, std::string_view board,
                             std::string_view snapshot) {
  return Violation(std::move(field), "BOARD_MISMATCH", Av(school), " is not a school of ",
                   Av(board), " in ", Av(snapshot));
}

FieldViolation YearMismatch(std::string field, std::string_view year, std::string_view filed_for) {
  return Violation(std::move(field), "YEAR_MISMATCH", "the filing is for ", Av(year),
                   ", the board files for ", Av(filed_for));
}

FieldViolation UnknownAttribute(std::string field, std::string_view name, std::string_view known) {
  return Violation(std::move(field), "UNKNOWN_ATTRIBUTE", "'", Av(name),
                   "' is no attribute of the snapshot; there are ", Av(known));
}

FieldViolation AttributeTwice(std::string field, std::string_view name) {
  return Violation(std::move(field), "ATTRIBUTE_TWICE", "'", Av(name),
                   "' is there already; name each attribute once");
}

FieldViolation NeededWith(std::string field, std::string_view other) {
  return Violation(std::move(field), "REQUIRED", "must be set where ", Av(other), " is");
}

FieldViolation ConsentInFuture(std::string field, std::string_view date, std::string_view today) {
  return Violation(std::move(field), "CONSENT_IN_FUTURE", Av(date), " is still to come (today is ",
                   Av(today), "); record a decision once it is made");
}

FieldViolation TooManyConsents(std::string field, int most) {
  return Violation(std::move(field), "TOO_MANY_CONSENTS", "a programme keeps at most ", most,
                   " decisions of councils");
}

FieldViolation UnknownRevision(std::string field, int revision, int newest) {
  return Violation(std::move(field), "UNKNOWN_REVISION", "the programme has no revision ", revision,
                   " yet; name one up to ", newest, ", or none for the newest");
}

FieldViolation NotRecorded(std::string field) {
  return Violation(std::move(field), "NOT_RECORDED",
                   "no such decision is recorded; name its body, state, date and evidence as "
                   "GetProgramme shows them");
}

absl::Status MenuEditionExists(std::string_view menu_edition, std::string_view digest) {
  ErrorDetails details{
      .reason = "MENU_EDITION_EXISTS",
      .metadata = {{"resource", std::string(menu_edition)}, {"digest", std::string(digest)}}};
  return Error(absl::StatusCode::kAlreadyExists,
               absl::StrCat(Av(menu_edition),
                            " was published with another content and never "
                            "changes; publish the new content under another id"),
               std::move(details));
}

}  // namespace vg::catalogue
