// A file that is looked at again when it is another one.

#ifndef VG_COMMON_AUTH_WATCHED_FILE_H_
#define VG_COMMON_AUTH_WATCHED_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace vg::auth {

// What tells two files apart without reading them.
struct FileVersion {
  uint64_t inode = 0;
  int64_t modified_ns = 0;
  int64_t size = -1;  // -1: there is none.

  friend bool operator==(const FileVersion&, const FileVersion&) = default;
};

FileVersion VersionOf(const std::string& path);

// The whole of a file. NOT_FOUND (FILE_NOT_FOUND) if it cannot be read or is empty.
absl::StatusOr<std::string> ReadWhole(const std::string& path);

// A file that holds a bearer token and nothing else but white space around it. Thread-safe.
class TokenFile {
 public:
  // FILE_NOT_FOUND, or INVALID_ARGUMENT (TOKEN_MALFORMED) if what it holds is no token.
  static absl::StatusOr<std::shared_ptr<TokenFile>> Open(const std::string& path);

  // What the file holds now; what it held last if it cannot be used now.
  std::string Token();

 private:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  absl::Mutex mutex_;
  FileVersion version_ ABSL_GUARDED_BY(mutex_);
  std::string token_ ABSL_GUARDED_BY(mutex_);
};

// The token in `text`. INVALID_ARGUMENT (TOKEN_MALFORMED) if it holds anything else.
absl::StatusOr<std::string> TokenIn(const std::string& text);

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_WATCHED_FILE_H_
