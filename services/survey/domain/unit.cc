#include "services/survey/domain/unit.h"

#include <algorithm>
#include <array>
#include <iterator>
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
    case Role::kMeasurement:
      return UnitKind::kSchool;
    case Role::kBoard:
      return UnitKind::kBoard;
    case Role::kMunicipality:
      return UnitKind::kMunicipality;
  }
  return UnitKind::kSchool;
}

bool AnswersOnce(Role role) { return role != Role::kStaff && role != Role::kMeasurement; }

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
    case Role::kMeasurement:
      return "measured results";
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

std::string_view SectorName(Sector sector) {
  switch (sector) {
    case Sector::kPrimary:
      return "primary";
    case Sector::kSecondary:
      return "secondary";
    case Sector::kSpecial:
      return "special";
    case Sector::kNone:
      break;
  }
  return "";
}

std::string_view SectorWords(Sector sector) {
  switch (sector) {
    case Sector::kPrimary:
      return "primary education";
    case Sector::kSecondary:
      return "secondary education";
    case Sector::kSpecial:
      return "special education";
    case Sector::kNone:
      break;
  }
  return "no sector";
}

std::string_view ValueOf(const Attributes& attributes, std::string_view name) {
  const auto found = std::lower_bound(
      attributes.begin(), attributes.end(), name,
      [](const auto& attribute, std::string_view wanted) { return attribute.first < wanted; });
  if (found == attributes.end() || found->first != name) return "";
  return found->second;
}

void SetAttribute(Attributes& attributes, std::string_view name, std::string_view value) {
  const auto found = std::lower_bound(
      attributes.begin(), attributes.end(), name,
      [](const auto& attribute, std::string_view wanted) { return attribute.first < wanted; });
  if (found != attributes.end() && found->first == name) {
    found->second = value;
  } else {
    attributes.emplace(found, name, value);
  }
}

bool HasAll(const Attributes& attributes, const Attributes& where) {
  return std::all_of(where.begin(), where.end(), [&attributes](const auto& wanted) {
    return ValueOf(attributes, wanted.first) == wanted.second;
  });
}

bool IsRegisterName(std::string_view name) {
  constexpr std::string_view kNames[] = {"sector", "province",     "municipality",
                                         "board",  "denomination", "structure",
                                         "size",   "score",        "school_count"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
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
