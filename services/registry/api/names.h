// The resource names of the registry.

#ifndef VG_SERVICES_REGISTRY_API_NAMES_H_
#define VG_SERVICES_REGISTRY_API_NAMES_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace vg::registry {

// "snapshots/2020-10-01" <-> "2020-10-01". MALFORMED_NAME on `field`.
absl::StatusOr<std::string> SnapshotIdOf(std::string_view name, std::string_view field);
std::string SnapshotName(std::string_view id);

// The last id of names that begin with a collection: "schools/16SW03", "boards/40740",
// "municipalities/GM0363". MALFORMED_NAME on `field`.
absl::StatusOr<std::string> SchoolCodeOf(std::string_view name, std::string_view field);
absl::StatusOr<std::string> BoardNumberOf(std::string_view name, std::string_view field);
absl::StatusOr<std::string> MunicipalityCodeOf(std::string_view name, std::string_view field);
std::string SchoolName(std::string_view code);
std::string BoardName(std::string_view number);
std::string MunicipalityName(std::string_view code);

// "snapshots/2020-10-01/schools/16SW03" and the like.
struct NameInSnapshot {
  std::string snapshot;
  std::string id;
};
absl::StatusOr<NameInSnapshot> ParseSchoolInSnapshot(std::string_view name);
absl::StatusOr<NameInSnapshot> ParseBoardInSnapshot(std::string_view name);
absl::StatusOr<NameInSnapshot> ParseMunicipalityInSnapshot(std::string_view name);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_API_NAMES_H_
