#include "common/auth/directory.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/auth/credentials.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include <sys/stat.h>

namespace vg::auth {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

// What the process does for nobody in particular: following feeds, checking peers.
const PrincipalPtr& ThisProcess() {
  static const PrincipalPtr& process = *new PrincipalPtr(
      std::make_shared<Principal>(Principal{.name = "systems/this-process",
                                            .title = "the server itself",
                                            .roles = {voortgang::api::v1::ROLE_SERVICE},
                                            .via = ""}));
  return process;
}

absl::Status Unauthenticated(std::string_view reason, std::string sentence) {
  return Error(absl::StatusCode::kUnauthenticated, reason, std::move(sentence));
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

}  // namespace

absl::StatusOr<std::unique_ptr<Directory>> Directory::Open(const std::string& path) {
  std::unique_ptr<Directory> directory(new Directory(path));
  RETURN_IF_ERROR(directory->Reload());
  return directory;
}

Directory::Version Directory::VersionOf(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {.inode = status.st_ino,
          .modified_ns = status.st_mtim.tv_sec * kNanosPerSecond + status.st_mtim.tv_nsec,
          .size = status.st_size};
}

std::shared_ptr<const PrincipalTable> Directory::Table() const {
  absl::ReaderMutexLock lock(&mutex_);
  return table_;
}

absl::Status Directory::Reload() {
  // Before the file is read, so that a change meanwhile is seen the next time.
  const Version version = VersionOf(path_);
  {
    absl::MutexLock lock(&mutex_);
    version_ = version;
  }
  ASSIGN_OR_RETURN(const std::string text, ReadWhole(path_));
  auto table = PrincipalTable::Parse(text);
  if (!table.ok()) return Annotate(table.status(), path_);
  absl::MutexLock lock(&mutex_);
  table_ = *std::move(table);
  return absl::OkStatus();
}

absl::StatusOr<bool> Directory::ReloadIfChanged() {
  {
    absl::ReaderMutexLock lock(&mutex_);
    if (VersionOf(path_) == version_) return false;
  }
  RETURN_IF_ERROR(Reload());
  return true;
}

absl::StatusOr<PrincipalPtr> Directory::IdentifyOutside(const Credentials& credentials) const {
  if (!credentials.authorization.empty()) {
    ASSIGN_OR_RETURN(const std::string_view token, BearerToken(credentials.authorization));
    PrincipalPtr principal = Table()->ByToken(token);
    if (principal != nullptr) return principal;
    return Unauthenticated("TOKEN_UNKNOWN",
                           "nobody has this token; is it whole, in its own case, and does the "
                           "principals file hold its SHA-256?");
  }
  if (!credentials.certificate_subject.empty()) {
    ASSIGN_OR_RETURN(const std::string oin, SerialNumberOf(credentials.certificate_subject));
    PrincipalPtr principal = Table()->ByOin(oin);
    if (principal != nullptr) return principal;
    return Unauthenticated(
        "CERTIFICATE_UNKNOWN",
        absl::StrCat("nobody has the number ", oin, " of this certificate in the principals file"));
  }
  return Unauthenticated("CREDENTIALS_MISSING",
                         "say who calls: send \"authorization: Bearer <token>\" (voortgang "
                         "--token-file FILE), or call with a client certificate");
}

absl::StatusOr<PrincipalPtr> Directory::Identify(const Credentials& credentials) const {
  PrincipalPtr direct = ThisProcess();
  if (!credentials.in_process) {
    ASSIGN_OR_RETURN(direct, IdentifyOutside(credentials));
  }
  if (credentials.passed_on.empty()) return direct;
  if (!direct->roles.Has(voortgang::api::v1::ROLE_SERVICE)) {
    return Error(absl::StatusCode::kPermissionDenied, "NOT_A_SERVICE",
                 absl::StrCat(direct->name, " may not call on behalf of others: ", kPassedOnKey,
                              " takes the role service"),
                 {{"caller", direct->name}});
  }
  return PassedOn(credentials.passed_on, credentials.in_process ? "" : direct->name);
}

}  // namespace vg::auth
