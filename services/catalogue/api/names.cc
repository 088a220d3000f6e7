#include "services/catalogue/api/names.h"

#include <vector>

#include "common/grpc/resource_name.h"
#include "common/status/status_macros.h"

namespace vg::catalogue {
namespace {

const rpc::ResourcePattern& MenuPattern() {
  static const rpc::ResourcePattern pattern("menuEditions/{menu_edition}");
  return pattern;
}

const rpc::ResourcePattern& InterventionPattern() {
  static const rpc::ResourcePattern pattern("interventions/{intervention}");
  return pattern;
}

const rpc::ResourcePattern& ProgrammePattern() {
  static const rpc::ResourcePattern pattern("schools/{school}/programmes/{school_year}");
  return pattern;
}

const rpc::ResourcePattern& SchoolPattern() {
  static const rpc::ResourcePattern pattern("schools/{school}");
  return pattern;
}

}  // namespace

absl::StatusOr<std::string> MenuIdOf(std::string_view name, std::string_view field) {
  return MenuPattern().ParseId(name, field);
}

std::string MenuName(std::string_view id) { return MenuPattern().Format({std::string(id)}); }

absl::StatusOr<std::string> InterventionIdOf(std::string_view name, std::string_view field) {
  return InterventionPattern().ParseId(name, field);
}

std::string InterventionName(std::string_view id) {
  return InterventionPattern().Format({std::string(id)});
}

absl::StatusOr<ProgrammeKey> ProgrammeKeyOf(std::string_view name, std::string_view field) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, ProgrammePattern().Parse(name, field));
  return ProgrammeKey{.school = ids[0], .school_year = ids[1]};
}

std::string ProgrammeName(const ProgrammeKey& key) {
  return ProgrammePattern().Format({key.school, key.school_year});
}

absl::StatusOr<std::string> SchoolIdOf(std::string_view name, std::string_view field) {
  return SchoolPattern().ParseId(name, field);
}

std::string SchoolName(std::string_view id) { return SchoolPattern().Format({std::string(id)}); }

absl::StatusOr<std::string> SchoolOrAll(std::string_view name, std::string_view field) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   SchoolPattern().Parse(name, field, /*allow_wildcard=*/true));
  return ids[0] == "-" ? std::string() : ids[0];
}

}  // namespace vg::catalogue
