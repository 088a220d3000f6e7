#include "services/registry/api/names.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/resource_name.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"

namespace vg::registry {
namespace {

const rpc::ResourcePattern& Pattern(const char* pattern) {
  return *new rpc::ResourcePattern(pattern);
}

absl::StatusOr<NameInSnapshot> ParseIn(const rpc::ResourcePattern& pattern, std::string_view name) {
  ASSIGN_OR_RETURN(std::vector<std::string> ids, pattern.Parse(name));
  return NameInSnapshot{std::move(ids[0]), std::move(ids[1])};
}

}  // namespace

absl::StatusOr<std::string> SnapshotIdOf(std::string_view name, std::string_view field) {
  static const rpc::ResourcePattern& pattern = Pattern("snapshots/{snapshot}");
  return pattern.ParseId(name, field);
}

std::string SnapshotName(std::string_view id) { return absl::StrCat("snapshots/", Av(id)); }

absl::StatusOr<std::string> SchoolCodeOf(std::string_view name, std::string_view field) {
  static const rpc::ResourcePattern& pattern = Pattern("schools/{school}");
  return pattern.ParseId(name, field);
}

absl::StatusOr<std::string> BoardNumberOf(std::string_view name, std::string_view field) {
  static const rpc::ResourcePattern& pattern = Pattern("boards/{board}");
  return pattern.ParseId(name, field);
}

absl::StatusOr<std::string> MunicipalityCodeOf(std::string_view name, std::string_view field) {
  static const rpc::ResourcePattern& pattern = Pattern("municipalities/{municipality}");
  return pattern.ParseId(name, field);
}

std::string SchoolName(std::string_view code) { return absl::StrCat("schools/", Av(code)); }
std::string BoardName(std::string_view number) { return absl::StrCat("boards/", Av(number)); }
std::string MunicipalityName(std::string_view code) {
  return absl::StrCat("municipalities/", Av(code));
}

absl::StatusOr<NameInSnapshot> ParseSchoolInSnapshot(std::string_view name) {
  static const rpc::ResourcePattern& pattern = Pattern("snapshots/{snapshot}/schools/{school}");
  return ParseIn(pattern, name);
}

absl::StatusOr<NameInSnapshot> ParseBoardInSnapshot(std::string_view name) {
  static const rpc::ResourcePattern& pattern = Pattern("snapshots/{snapshot}/boards/{board}");
  return ParseIn(pattern, name);
}

absl::StatusOr<NameInSnapshot> ParseMunicipalityInSnapshot(std::string_view name) {
  static const rpc::ResourcePattern& pattern =
      Pattern("snapshots/{snapshot}/municipalities/{municipality}");
  return ParseIn(pattern, name);
}

}  // namespace vg::registry
