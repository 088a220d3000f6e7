// The resource names of the catalogue.

#ifndef VG_SERVICES_CATALOGUE_API_NAMES_H_
#define VG_SERVICES_CATALOGUE_API_NAMES_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// "menuEditions/2021-spring" <-> "2021-spring". MALFORMED_NAME on `field`.
absl::StatusOr<std::string> MenuIdOf(std::string_view name, std::string_view field);
std::string MenuName(std::string_view id);

// "interventions/feedback" <-> "feedback".
absl::StatusOr<std::string> InterventionIdOf(std::string_view name, std::string_view field);
std::string InterventionName(std::string_view id);

// "schools/16SW03/programmes/2021-2022". MALFORMED_NAME on `field`; what the ids mean is not
// looked at.
absl::StatusOr<ProgrammeKey> ProgrammeKeyOf(std::string_view name, std::string_view field);
std::string ProgrammeName(const ProgrammeKey& key);

// "schools/16SW03" <-> "16SW03".
absl::StatusOr<std::string> SchoolIdOf(std::string_view name, std::string_view field);
std::string SchoolName(std::string_view id);

// The school of "schools/16SW03"; empty for "schools/-", all schools.
absl::StatusOr<std::string> SchoolOrAll(std::string_view name, std::string_view field);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_NAMES_H_
