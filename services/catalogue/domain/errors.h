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

// Of a consent.
FieldViolation ConsentInFuture(std::string field, std::string_view date, std::string_view today);
FieldViolation TooManyConsents(std::string field, int most);

// ALREADY_EXISTS, MENU_EDITION_EXISTS: the edition was published with another content.
absl::Status MenuEditionExists(std::string_view menu_edition, std::string_view digest);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_ERRORS_H_
