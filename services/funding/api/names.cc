#include "services/funding/api/names.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/resource_name.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

const rpc::ResourcePattern& SchemePattern() {
  static const auto& pattern = *new rpc::ResourcePattern("schemes/{scheme}");
  return pattern;
}
const rpc::ResourcePattern& VersionPattern() {
  static const auto& pattern = *new rpc::ResourcePattern("schemes/{scheme}/versions/{version}");
  return pattern;
}
const rpc::ResourcePattern& RunPattern() {
  static const auto& pattern = *new rpc::ResourcePattern("runs/{run}");
  return pattern;
}
const rpc::ResourcePattern& AllocationPattern() {
  static const auto& pattern = *new rpc::ResourcePattern("runs/{run}/allocations/{allocation}");
  return pattern;
}
const rpc::ResourcePattern& SnapshotPattern() {
  static const auto& pattern = *new rpc::ResourcePattern("snapshots/{snapshot}");
  return pattern;
}

}  // namespace

std::string SchemeVersionName(std::string_view scheme, int64_t version) {
  return absl::StrCat("schemes/", Av(scheme), "/versions/", version);
}

std::string RunName(std::string_view run) { return absl::StrCat("runs/", Av(run)); }

std::string AllocationName(std::string_view run, std::string_view recipient) {
  return absl::StrCat("runs/", Av(run), "/allocations/", Av(recipient));
}

std::string SnapshotName(std::string_view snapshot) {
  return absl::StrCat("snapshots/", Av(snapshot));
}

std::string RecipientName(RecipientKind kind, std::string_view code) {
  return absl::StrCat(kind == RecipientKind::kSchool ? "schools/" : "municipalities/", Av(code));
}

absl::StatusOr<SchemeVersionId> ParseSchemeVersion(std::string_view name, std::string_view field) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, VersionPattern().Parse(name, field));
  SchemeVersionId id{.scheme = ids[0]};
  if (ids[1] == "latest") return id;
  int64_t version = 0;
  // "01" is no name of version 1.
  if (!absl::SimpleAtoi(ids[1], &version) || absl::StrCat(version) != ids[1]) {
    return NotFound(name);
  }
  id.version = version;
  return id;
}

absl::StatusOr<AllocationId> ParseAllocation(std::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, AllocationPattern().Parse(name));
  return AllocationId{ids[0], ids[1]};
}

absl::StatusOr<std::string> ParseRun(std::string_view name, std::string_view field) {
  return RunPattern().ParseId(name, field);
}

absl::StatusOr<std::string> ParseSnapshot(std::string_view name, std::string_view field) {
  return SnapshotPattern().ParseId(name, field);
}

absl::StatusOr<std::string> ParseSchemeParent(std::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   SchemePattern().Parse(name, "parent", /*allow_wildcard=*/true));
  return ids[0] == "-" ? std::string() : ids[0];
}

}  // namespace vg::funding
