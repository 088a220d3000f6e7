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
                   "give an amount in EUR, in whole cents, not negative; leave it out if unknown");
}

FieldViolation RankedTwice(std::string field, std::string_view consideration) {
  return Violation(std::move(field), "RANKED_TWICE", "'", Av(consideration),
                   "' has a place already; rank each consideration once");
}

FieldViolation ConsentInFuture(std::string field, std::string_view date, std::string_view today) {
  return Violation(std::move(field), "CONSENT_IN_FUTURE", Av(date), " is still to come (today is ",
                   Av(today), "); record a decision once it is made");
}

FieldViolation TooManyConsents(std::string field, int most) {
  return Violation(std::move(field), "TOO_MANY_CONSENTS", "a programme keeps at most ", most,
                   " decisions of councils");
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
