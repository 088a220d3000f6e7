// Whom a wave asks: roles, and the schools, boards and municipalities that they answer for.

#ifndef VG_SERVICES_SURVEY_DOMAIN_UNIT_H_
#define VG_SERVICES_SURVEY_DOMAIN_UNIT_H_

#include <optional>
#include <string>
#include <string_view>

namespace vg::survey {

// Who answers a questionnaire. The numbers are stored and are those of the proto.
enum class Role { kSchoolLeader = 1, kStaff = 2, kBoard = 3, kMunicipality = 4 };

// The sector of a school. kNone: boards and municipalities. Numbers as in the proto.
enum class Sector { kNone = 0, kPrimary = 1, kSecondary = 2, kSpecial = 3 };

enum class UnitKind { kSchool, kBoard, kMunicipality };

// What a person in `role` answers for.
UnitKind KindAsked(Role role);

// Whether one complete response per unit counts. Staff are many in one school.
bool AnswersOnce(Role role);

// "school leaders", for sentences.
std::string_view RoleWords(Role role);
// "a school", for sentences.
std::string_view KindWords(UnitKind kind);

// "schools/16SW03" for kSchool and "16SW03".
std::string UnitName(UnitKind kind, std::string_view id);
// What the name of a unit says it is; empty if it is none of the three.
std::optional<UnitKind> KindOf(std::string_view unit_name);
// "16SW03" of "schools/16SW03": what chooses the partition.
std::string_view IdOf(std::string_view unit_name);

// A unit that a wave may ask.
struct Unit {
  std::string name;  // "schools/16SW03"
  Sector sector = Sector::kNone;
  friend bool operator==(const Unit&, const Unit&) = default;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_UNIT_H_
