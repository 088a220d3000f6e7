// An intervention, or an edition without its interventions, as a list of named values, for
// comparing.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_FIELDS_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_FIELDS_H_

#include <string>
#include <utility>
#include <vector>

#include "services/catalogue/domain/menu.h"

namespace vg::catalogue {

// Path and value, each path once: "title.nl", "evidence[EEF].effect_months",
// "grants[npo-schools from 2021-08-01].end_date".
using Fields = std::vector<std::pair<std::string, std::string>>;

// "evidence[EEF]"; "evidence[EEF][primary, reading]" where it has a scope.
std::string PathOf(const Evidence& evidence);

// "grants[npo-schools from 2021-08-01]".
std::string PathOf(const GrantEligibility& grant);

// The fields that have a value, the id left out.
Fields FieldsOf(const Intervention& intervention);

// The fields of the edition itself that have a value: "title.nl", "categories[F].supporting_only",
// "schemes[EEF].bands[8].from_hundredths" for the band of 8 months.
Fields EditionFieldsOf(const MenuEdition& edition);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_MENU_FIELDS_H_
