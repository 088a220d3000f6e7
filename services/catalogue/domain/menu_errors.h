// What can be wrong with an edition of the menu beyond what errors.h has.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_ERRORS_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_ERRORS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "common/status/error.h"

namespace vg::catalogue {

FieldViolation UnknownScheme(std::string field, std::string_view scheme);
FieldViolation UnknownRating(std::string field, std::string_view rating, std::string_view scheme);
FieldViolation UnknownEffectStatus(std::string field);
FieldViolation BandsOutOfOrder(std::string field);
FieldViolation EffectMismatch(std::string field, std::string_view scheme, int effect_months);
FieldViolation EffectContradicted(std::string field);
FieldViolation OverlappingPeriods(std::string field, std::string_view grant);
FieldViolation StillOnMenu(std::string field, std::string_view intervention);
FieldViolation UnknownPredecessor(std::string field, std::string_view intervention);

// Of a question about a menu. The first is UNKNOWN_SCHEME and tells those of the edition.
FieldViolation SchemeNotOnMenu(std::string field, std::string_view scheme, std::string_view known);
FieldViolation UnknownScope(std::string field, std::string_view scope, std::string_view known);

// FAILED_PRECONDITION, MENU_EDITIONS_OVERLAP: schools would choose from two editions on one day.
absl::Status MenuEditionsOverlap(std::string_view menu_edition, std::string_view other);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_MENU_ERRORS_H_
