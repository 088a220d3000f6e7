// Whom a wave asks: roles, and the schools, boards and municipalities that they answer for.

#ifndef VG_SERVICES_SURVEY_DOMAIN_UNIT_H_
#define VG_SERVICES_SURVEY_DOMAIN_UNIT_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vg::survey {

// Who answers a questionnaire. The numbers are stored and are those of the proto. kMeasurement:
// nobody does, its responses are records of what was measured elsewhere.
enum class Role { kSchoolLeader = 1, kStaff = 2, kBoard = 3, kMunicipality = 4, kMeasurement = 5 };

// The sector of a school. kNone: boards and municipalities. Numbers as in the proto.
enum class Sector { kNone = 0, kPrimary = 1, kSecondary = 2, kSpecial = 3 };

enum class UnitKind { kSchool, kBoard, kMunicipality };

// What a person in `role` answers for.
UnitKind KindAsked(Role role);

// Whether one complete response per unit counts. Staff are many in one school, and so are records.
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

// "primary"; empty for kNone.
std::string_view SectorName(Sector sector);
// "primary education", for sentences.
std::string_view SectorWords(Sector sector);

// What is known of something by name: "province" is "Utrecht". In the order of names, each once;
// what is not known is absent.
using Attributes = std::vector<std::pair<std::string, std::string>>;

// The value of `name`; empty if it is absent.
std::string_view ValueOf(const Attributes& attributes, std::string_view name);
// Puts `name` in its place, or another value in the place of what was there.
void SetAttribute(Attributes& attributes, std::string_view name, std::string_view value);
// Whether `attributes` has every value of `where`.
bool HasAll(const Attributes& attributes, const Attributes& where);

// The attributes that the register gives, by their names in every service, beside whatever else it
// knows of a school: "sector", "province", "municipality" and "board" (names of resources),
// "denomination", "structure", "size" and "score" (common/education); of a board "school_count". In
// a sample "stratum".
inline constexpr std::string_view kStratum = "stratum";
// Whether the register gives an attribute of that name to some units.
bool IsRegisterName(std::string_view name);

// A unit that a wave may ask.
struct Unit {
  std::string name;  // "schools/16SW03"
  Sector sector = Sector::kNone;
  Attributes attributes = {};
  friend bool operator==(const Unit&, const Unit&) = default;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_UNIT_H_
