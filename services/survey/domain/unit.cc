#include "services/survey/domain/unit.h"

#include <array>
#include <utility>

namespace vg::survey {
namespace {

constexpr std::array<std::pair<UnitKind, std::string_view>, 3> kPrefixes = {{
    {UnitKind::kSchool, "schools/"},
    {UnitKind::kBoard, "boards/"},
    {UnitKind::kMunicipality, "municipalities/"},
}};

}  // namespace

UnitKind KindAsked(Role role) {
  switch (role) {
    case Role::kSchoolLeader:
    case Role::kStaff:
      return UnitKind::kSchool;
    case Role::kBoard:
      return UnitKind::kBoard;
    case Role::kMunicipality:
      return UnitKind::kMunicipality;
  }
  return UnitKind::kSchool;
}

bool AnswersOnce(Role role) { return role != Role::kStaff; }

std::string_view RoleWords(Role role) {
  switch (role) {
    case Role::kSchoolLeader:
      return "school leaders";
    case Role::kStaff:
      return "school staff";
    case Role::kBoard:
      return "boards";
    case Role::kMunicipality:
      return "municipalities";
  }
  return "nobody";
}

std::string_view KindWords(UnitKind kind) {
  switch (kind) {
    case UnitKind::kSchool:
      return "a school";
    case UnitKind::kBoard:
      return "a board";
    case UnitKind::kMunicipality:
      return "a municipality";
  }
  return "a unit";
}

std::string UnitName(UnitKind kind, std::string_view id) {
  for (const auto& [known, prefix] : kPrefixes) {
    if (known == kind) return std::string(prefix).append(id);
  }
  return std::string(id);
}

std::optional<UnitKind> KindOf(std::string_view unit_name) {
  for (const auto& [kind, prefix] : kPrefixes) {
    if (unit_name.starts_with(prefix)) return kind;
  }
  return std::nullopt;
}

std::string_view IdOf(std::string_view unit_name) {
  return unit_name.substr(unit_name.find('/') + 1);
}

}  // namespace vg::survey
