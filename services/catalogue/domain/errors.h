// Everything that can be wrong with what the catalogue is sent, one function per failure.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_ERRORS_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_ERRORS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "common/status/error.h"

namespace vg::catalogue {

// Of a menu edition.
FieldViolation DuplicateId(std::string field, std::string_view id);
FieldViolation UnknownCategory(std::string field, std::string_view category);
FieldViolation UnknownSector(std::string field);
FieldViolation ImpossibleDate(std::string field);

// Of a programme.
FieldViolation BadSchool(std::string field, std::string_view school);
FieldViolation BadYear(std::string field, std::string_view school_year);
FieldViolation NotOnMenu(std::string field, std::string_view intervention, std::string_view menu);
FieldViolation ChosenTwice(std::string field, std::string_view intervention);
FieldViolation SupportingAlone(std::string field, std::string_view intervention);
FieldViolation NoStopReason(std::string field);
FieldViolation NotStopped(std::string field);
FieldViolation BadAmount(std::string field);
FieldViolation RankedTwice(std::string field, std::string_view consideration);
FieldViolation DateInFuture(std::string field, std::string_view date, std::string_view today);
FieldViolation NoScanDate(std::string field);
FieldViolation NotInvolved(std::string field);
FieldViolation UnknownGoal(std::string field, std::string_view goal);
FieldViolation PeriodReversed(std::string field);
FieldViolation NotAboveSchoolLevel(std::string field);
FieldViolation SharedWithItself(std::string field);

// Of the status of a choice.
FieldViolation IllegalTransition(std::string field, std::string_view from, std::string_view to);
FieldViolation StatusOutOfOrder(std::string field, std::string_view date, std::string_view before);
FieldViolation TooManyStatuses(std::string field, int most);
FieldViolation NotChosen(std::string field, std::string_view intervention);

// Of a filing by a board.
FieldViolation BoardMismatch(std::string field, std::string_view school, std::string_view board,
                             std::string_view snapshot);
FieldViolation YearMismatch(std::string field, std::string_view year, std::string_view filed_for);

// Of a breakdown.
FieldViolation UnknownAttribute(std::string field, std::string_view name, std::string_view known);
FieldViolation AttributeTwice(std::string field, std::string_view name);
FieldViolation NeededWith(std::string field, std::string_view other);

// Of a consent.
FieldViolation ConsentInFuture(std::string field, std::string_view date, std::string_view today);
FieldViolation TooManyConsents(std::string field, int most);
FieldViolation UnknownRevision(std::string field, int revision, int newest);
FieldViolation NotRecorded(std::string field);

// ALREADY_EXISTS, MENU_EDITION_EXISTS: the edition was published with another content.
absl::Status MenuEditionExists(std::string_view menu_edition, std::string_view digest);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_ERRORS_H_
