// Files that nobody else may read.

#ifndef VG_SERVICES_CLI_PRIVATE_FILE_H_
#define VG_SERVICES_CLI_PRIVATE_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace vg::cli {

// Writes a new file of mode 0600. FAILED_PRECONDITION (FILE_EXISTS) if there is one: what is in it
// may be in use. PERMISSION_DENIED (CANNOT_WRITE) if it cannot be made.
absl::Status WritePrivateFile(const std::string& path, std::string_view bytes);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_PRIVATE_FILE_H_
