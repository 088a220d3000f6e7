#include "common/auth/watched_file.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/auth/credentials.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include <sys/stat.h>

namespace vg::auth {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

}  // namespace

FileVersion VersionOf(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {.inode = status.st_ino,
          .modified_ns = status.st_mtim.tv_sec * kNanosPerSecond + status.st_mtim.tv_nsec,
          .size = status.st_size};
}

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf())) {
    return Error(absl::StatusCode::kNotFound, "FILE_NOT_FOUND",
                 absl::StrCat(path, " cannot be read, or is empty"), {{"file", path}});
  }
  return std::move(bytes).str();
}

absl::StatusOr<std::string> TokenIn(const std::string& text) {
  const std::string token(absl::StripAsciiWhitespace(text));
  if (BearerToken("Bearer " + token).ok()) return token;
  return Error(absl::StatusCode::kInvalidArgument, "TOKEN_MALFORMED",
               "must hold one token, of letters, digits and -._~+/=, and nothing else");
}

absl::StatusOr<std::shared_ptr<TokenFile>> TokenFile::Open(const std::string& path) {
  std::shared_ptr<TokenFile> file(new TokenFile(path));
  const FileVersion version = VersionOf(path);
  ASSIGN_OR_RETURN(const std::string text, ReadWhole(path));
  auto token = TokenIn(text);
  if (!token.ok()) return Annotate(token.status(), path);
  absl::MutexLock lock(&file->mutex_);
  file->version_ = version;
  file->token_ = *std::move(token);
  return file;
}

std::string TokenFile::Token() {
  absl::MutexLock lock(&mutex_);
  const FileVersion version = VersionOf(path_);
  if (version == version_) return token_;
  version_ = version;
  if (const auto text = ReadWhole(path_); text.ok()) {
    if (auto token = TokenIn(*text); token.ok()) token_ = *std::move(token);
  }
  return token_;
}

}  // namespace vg::auth
