// What a snapshot of the registers holds: schools, their boards and their municipalities.
//
// Plain values. Codes are in one form everywhere: a branch "16SW03", a board "40740" (five digits),
// a municipality "GM0363".

#ifndef VG_SERVICES_REGISTRY_DOMAIN_SCHOOL_H_
#define VG_SERVICES_REGISTRY_DOMAIN_SCHOOL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/numeric/exact.h"

namespace vg::registry {

// The numbers of these enums are those of the protos and of the database.
enum class Sector { kNone = 0, kPrimary = 1, kSecondary = 2, kSpecial = 3 };

enum class SchoolType {
  kNone = 0,
  kBo = 1,
  kSbo = 2,
  kSo = 3,
  kVso = 4,
  kVo = 5,
  kPro = 6,
  kVboUpper = 7,
  kVavo = 8,
};
inline constexpr int kSchoolTypes = 8;

enum class CountState { kNone = 0, kKnown = 1, kSuppressed = 2, kMissing = 3, kNotApplicable = 4 };

struct Count {
  CountState state = CountState::kMissing;
  int64_t value = 0;  // 0 unless known.

  static Count Known(int64_t value) { return {CountState::kKnown, value}; }
  friend bool operator==(const Count&, const Count&) = default;
};

// The sum of two parts of one count: known only if both are. A hidden part hides the sum; a part
// without a figure adds nothing.
Count Add(Count a, Count b);

struct PupilCount {
  SchoolType type = SchoolType::kNone;
  Count count;
  friend bool operator==(const PupilCount&, const PupilCount&) = default;
};

struct Attribute {
  std::string name;
  std::string value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

struct School {
  std::string code;
  std::string title;
  Sector sector = Sector::kNone;
  std::string board;  // Empty if the sources name none.
  std::string municipality;
  std::string province;
  std::string denomination;
  std::string structure;
  std::string place;
  std::string postcode;                  // "1234AB"
  std::vector<PupilCount> pupil_counts;  // By type; types that no source mentions are absent.
  std::optional<Exact> disadvantage_score;
  std::vector<Attribute> attributes;  // By name.
  std::string fact_sources;           // See fact_sources.h.

  // The pupils that are known.
  int64_t KnownPupils() const;
  // Whether any source gives a figure, be it a hidden one.
  bool IsCounted() const;
  // Bit 1 << type for each type of which there are pupils, counted or hidden.
  int TypeMask() const;

  friend bool operator==(const School&, const School&) = default;
};

struct Board {
  std::string number;
  int64_t school_count = 0;
  int64_t pupil_count = 0;
  friend bool operator==(const Board&, const Board&) = default;
};

struct Municipality {
  std::string code;
  std::string title;
  std::string province;
  std::optional<int64_t> population;
  int64_t school_count = 0;
  int64_t pupil_count = 0;
  std::optional<Exact> disadvantage_score;
  std::vector<Attribute> attributes = {};  // By name.
  std::string fact_sources;                // See fact_sources.h.
  friend bool operator==(const Municipality&, const Municipality&) = default;
};

// Which schools. An empty list sets no condition; of a list one must hold; all lists must hold.
struct SchoolFilter {
  std::vector<Sector> sectors;
  std::vector<std::string> municipalities;
  std::vector<std::string> boards;
  std::vector<std::string> provinces;
  std::vector<std::string> denominations;
  std::vector<SchoolType> school_types;
  std::vector<std::string> schools;
  std::string text;  // Part of title or place, whatever its case.
};

// "BO", "VBO_UPPER"; "PRIMARY".
std::string_view SchoolTypeName(SchoolType type);
std::string_view SectorName(Sector sector);

// What SchoolFilter.text is looked for in.
std::string SearchText(const School& school);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_SCHOOL_H_
