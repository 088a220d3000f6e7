// The failures of the registry, by name.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_ERRORS_H_
#define VG_SERVICES_REGISTRY_DOMAIN_ERRORS_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace vg::registry {

// NOT_FOUND.
absl::Status SnapshotNotFound(std::string_view snapshot);
absl::Status SchoolNotFound(std::string_view snapshot, std::string_view school);
absl::Status BoardNotFound(std::string_view snapshot, std::string_view board);
absl::Status MunicipalityNotFound(std::string_view snapshot, std::string_view municipality);

// ALREADY_EXISTS, SNAPSHOT_EXISTS: the snapshot holds other content.
absl::Status SnapshotExists(std::string_view snapshot, std::string_view stored_digest,
                            std::string_view sent_digest);

// INVALID_ARGUMENT, OUT_OF_ORDER: the messages of an import came in a wrong order.
absl::Status OutOfOrder(std::string_view field, std::string_view sentence);
// INVALID_ARGUMENT, BAD_FILE_NAME.
absl::Status BadFileName(std::string_view file_name);
// INVALID_ARGUMENT, NO_FILES: an import without files.
absl::Status NoFiles();
// INVALID_ARGUMENT, UNKNOWN_REFUSAL_CODE: there is no such code; `nearest` may be empty.
absl::Status UnknownRefusalCode(std::string_view field, std::string_view code,
                                std::string_view nearest);
// INVALID_ARGUMENT, REFUSAL_NOT_ALLOWABLE: a code that always stops an import.
absl::Status RefusalNotAllowable(std::string_view field, std::string_view code);
// INVALID_ARGUMENT, UNKNOWN_PROVINCE.
absl::Status UnknownProvince(std::string_view field, std::string_view province);

// RESOURCE_EXHAUSTED: IMPORT_TOO_LARGE, TOO_MANY_FILES, TOO_MANY_IMPORTS (with a time to retry).
absl::Status ImportTooLarge(int64_t limit_bytes);
absl::Status TooManyFiles(int64_t limit);
absl::Status TooManyImports(int64_t limit);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_ERRORS_H_
