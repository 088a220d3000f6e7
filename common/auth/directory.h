// The principals file of a process, followed as it changes.

#ifndef VG_COMMON_AUTH_DIRECTORY_H_
#define VG_COMMON_AUTH_DIRECTORY_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "common/auth/authenticator.h"
#include "common/auth/principal_table.h"

namespace vg::auth {

// Tells callers apart by bearer token or, without one, by the OIN of their certificate. Calls from
// inside the process are the process's own, or those of whoever is passed on. Thread-safe.
class Directory final : public Authenticator {
 public:
  // Reads `path`. NOT_FOUND (FILE_NOT_FOUND) or what PrincipalTable::Parse finds, with the path.
  static absl::StatusOr<std::unique_ptr<Directory>> Open(const std::string& path);

  // UNAUTHENTICATED with CREDENTIALS_MISSING, TOKEN_MALFORMED, TOKEN_UNKNOWN,
  // CERTIFICATE_MALFORMED or CERTIFICATE_UNKNOWN.
  absl::StatusOr<PrincipalPtr> Identify(const Credentials& credentials) const override;

  // Reads the file again. If that fails, everything stays as it was.
  absl::Status Reload();
  // The same, if the file is another than the one that was read last; whether that was so.
  absl::StatusOr<bool> ReloadIfChanged();

  size_t size() const { return Table()->size(); }

 private:
  // What tells two files apart without reading them.
  struct Version {
    uint64_t inode = 0;
    int64_t modified_ns = 0;
    int64_t size = -1;
    friend bool operator==(const Version&, const Version&) = default;
  };

  explicit Directory(std::string path) : path_(std::move(path)) {}
  static Version VersionOf(const std::string& path);
  std::shared_ptr<const PrincipalTable> Table() const;
  absl::StatusOr<PrincipalPtr> IdentifyOutside(const Credentials& credentials) const;

  const std::string path_;
  mutable absl::Mutex mutex_;
  Version version_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const PrincipalTable> table_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_DIRECTORY_H_
