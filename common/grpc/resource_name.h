// Resource names as AIP-122 has them: "snapshots/2021-10-01/schools/16SW03".

#ifndef VG_COMMON_GRPC_RESOURCE_NAME_H_
#define VG_COMMON_GRPC_RESOURCE_NAME_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace vg::rpc {

// A pattern such as "snapshots/{snapshot}/schools/{school}". Immutable, thread-safe.
//
//   static const ResourcePattern kSchool("snapshots/{snapshot}/schools/{school}");
//   ASSIGN_OR_RETURN(const auto ids, kSchool.Parse(request.name()));   // ids[0], ids[1]
//   response.set_name(kSchool.Format({snapshot, school}));
class ResourcePattern {
 public:
  explicit ResourcePattern(std::string_view pattern);

  // The ids in `name`, in the pattern's order. INVALID_ARGUMENT on `field`, reason
  // MALFORMED_NAME, with the pattern in the sentence, if `name` does not match. An id is 1 to
  // 128 letters, digits, '-', '_', '.' or '~'; "-" alone (every parent, AIP-159) only matches if
  // `allow_wildcard`.
  absl::StatusOr<std::vector<std::string>> Parse(std::string_view name,
                                                 std::string_view field = "name",
                                                 bool allow_wildcard = false) const;

  // For a pattern with one variable.
  absl::StatusOr<std::string> ParseId(std::string_view name, std::string_view field = "name") const;

  bool Matches(std::string_view name) const;

  // The name with `ids`, one for each variable.
  std::string Format(const std::vector<std::string>& ids) const;

  const std::string& pattern() const { return pattern_; }

 private:
  const std::string pattern_;
  std::vector<std::string> segments_;  // "{}" for a variable.
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_RESOURCE_NAME_H_
