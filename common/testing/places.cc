#include "common/testing/places.h"

#include <cstdlib>
#include <filesystem>

namespace vg {

std::string SourcePath(std::string_view path) {
  return std::string(VOORTGANG_SOURCE_DIR "/") + std::string(path);
}

std::string ProgramPath(std::string_view name) {
  return std::string(VOORTGANG_BIN_DIR "/") + std::string(name);
}

std::optional<std::string> SharedData() {
  const char* named = std::getenv("VOORTGANG_DATA");
  const std::string path =
      named != nullptr && *named != '\0' ? named : SourcePath("../shared/data");
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return std::nullopt;
  return path;
}

}  // namespace vg
