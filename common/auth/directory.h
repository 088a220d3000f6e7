// The principals file of a process, followed as it changes.

#ifndef VG_COMMON_AUTH_DIRECTORY_H_
#define VG_COMMON_AUTH_DIRECTORY_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "common/auth/authenticator.h"
#include "common/auth/principal_table.h"
#include "common/auth/watched_file.h"
#include "common/time/clock.h"

namespace vg::auth {

// Tells callers apart by bearer token, opaque or signed, or, without one, by the OIN of their
// certificate. Calls from inside the process are the process's own, or those of whoever is passed
// on. Thread-safe.
class Directory final : public Authenticator {
 public:
  // Reads `path`. NOT_FOUND (FILE_NOT_FOUND) or what PrincipalTable::Parse finds, with the path.
  // `clock`, which tells whether signed tokens have expired, must outlive it.
  static absl::StatusOr<std::unique_ptr<Directory>> Open(const std::string& path,
                                                         const Clock& clock);

  // UNAUTHENTICATED with CREDENTIALS_MISSING, TOKEN_MALFORMED, TOKEN_UNKNOWN, what
  // PrincipalTable::BySignedToken finds, CERTIFICATE_MALFORMED or CERTIFICATE_UNKNOWN.
  absl::StatusOr<PrincipalPtr> Identify(const Credentials& credentials) const override;

  // Reads the file, and those it names, again. If that fails, everything stays as it was.
  absl::Status Reload();
  // The same, if a file is another than the one that was read last; whether that was so.
  absl::StatusOr<bool> ReloadIfChanged();

  size_t size() const { return Table()->size(); }

 private:
  using Versions = std::map<std::string, FileVersion>;

  Directory(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}
  std::shared_ptr<const PrincipalTable> Table() const;
  absl::StatusOr<PrincipalPtr> IdentifyOutside(const Credentials& credentials) const;

  const std::string path_;
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  Versions versions_ ABSL_GUARDED_BY(mutex_);  // By path, of all files that were read last.
  std::shared_ptr<const PrincipalTable> table_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_DIRECTORY_H_
