#include "services/cli/private_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "common/status/error.h"

namespace vg::cli {

absl::Status WritePrivateFile(const std::string& path, std::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) {
    return Error(absl::StatusCode::kFailedPrecondition, "FILE_EXISTS",
                 path + " is there already; name another file, or remove it", {{"file", path}});
  }
  const bool written =
      file >= 0 && write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  if (file >= 0 && close(file) == 0 && written) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, "CANNOT_WRITE", path + " cannot be written",
               {{"file", path}});
}

}  // namespace vg::cli
