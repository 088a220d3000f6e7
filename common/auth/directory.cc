#include "common/auth/directory.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/auth/credentials.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
namespace vg::auth {
namespace {

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

}  // namespace

absl::StatusOr<std::unique_ptr<Directory>> Directory::Open(const std::string& path,
                                                           const Clock& clock) {
  std::unique_ptr<Directory> directory(new Directory(path, clock));
  RETURN_IF_ERROR(directory->Reload());
  return directory;
}

std::shared_ptr<const PrincipalTable> Directory::Table() const {
  absl::ReaderMutexLock lock(&mutex_);
  return table_;
}

absl::Status Directory::Reload() {
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  Versions versions;
  const auto read = [&](const std::string& name) {
    // Before the file is read, so that a change meanwhile is seen the next time.
    const std::string path = (folder / name).string();
    versions[path] = VersionOf(path);
    return ReadWhole(path);
  };
  absl::StatusOr<std::shared_ptr<const PrincipalTable>> table;
  absl::StatusOr<std::string> text = read(std::filesystem::path(path_).filename().string());
  table = text.ok() ? PrincipalTable::Parse(*text, read) : text.status();
  absl::MutexLock lock(&mutex_);
  versions_ = std::move(versions);
  if (!table.ok()) return Annotate(table.status(), path_);
  table_ = *std::move(table);
  return absl::OkStatus();
}

absl::StatusOr<bool> Directory::ReloadIfChanged() {
  Versions versions;
  {
    absl::ReaderMutexLock lock(&mutex_);
    versions = versions_;
  }
  const bool changed = std::any_of(versions.begin(), versions.end(), [](const auto& entry) {
    return VersionOf(entry.first) != entry.second;
  });
  if (changed) RETURN_IF_ERROR(Reload());
  return changed;
}

absl::StatusOr<PrincipalPtr> Directory::IdentifyOutside(const Credentials& credentials) const {
  if (!credentials.authorization.empty()) {
    ASSIGN_OR_RETURN(const std::string_view token, BearerToken(credentials.authorization));
    const std::shared_ptr<const PrincipalTable> table = Table();
    if (table->MayBeSigned(token)) return table->BySignedToken(token, clock_.Now());
    PrincipalPtr principal = table->ByToken(token);
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
