// The codes of the registers, out of the several ways in which files write them.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_CODES_H_
#define VG_SERVICES_REGISTRY_DOMAIN_CODES_H_

#include <optional>
#include <string>
#include <string_view>

#include "services/registry/domain/school.h"

namespace vg::registry {

// "16SW03" from the full code, or from the institution "16SW" and the suffix "03" or "3". A full
// code must begin with `institution` unless that is empty. Empty: neither.
std::optional<std::string> ParseBranchCode(std::string_view institution, std::string_view branch);

// "GM0003" from "0003", "   3", "3" or "GM0003".
std::optional<std::string> ParseMunicipalityCode(std::string_view text);

// "01234" from "01234" or, where a spreadsheet has eaten the zero, "1234".
std::optional<std::string> ParseBoardNumber(std::string_view text);

// "1234AB" from "1234 AB", "1234ab".
std::optional<std::string> ParsePostcode(std::string_view text);

// The province as this suite writes it ("Fryslân", "Noord-Brabant") from its Dutch or Frisian name,
// whatever its case, or from its CBS code ("PV21", "21").
std::optional<std::string> CanonicalProvince(std::string_view text);

// "primary", "po"; "secondary", "vo"; "special", "(v)so", "so".
std::optional<Sector> ParseSector(std::string_view text);

// DUO's SOORT_PO: "Bo", "Sbo", "So", "Vso".
std::optional<SchoolType> ParsePrimaryType(std::string_view text);

// DUO's ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR: "Brugjaar 1-2", "VMBO BL lj 3-4", … The funding
// knows four types of secondary education; see the table in the service's README.
std::optional<SchoolType> ParseSecondaryType(std::string_view text);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_CODES_H_
