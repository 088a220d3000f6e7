// The layouts of files that can be imported, and how to tell them apart.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_LAYOUT_H_
#define VG_SERVICES_REGISTRY_DOMAIN_LAYOUT_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/text/header.h"

namespace vg::registry {

// The numbers are those of the proto and of the database.
enum class SourceKind {
  kUnknown = 0,
  kDuoPrimaryBranches = 1,
  kDuoSecondaryBranches = 2,
  kDuoPrimaryPupils = 3,
  kDuoSecondaryPupils = 4,
  kCbsSchoolScores = 5,
  kCbsMunicipalities = 6,
  kPlainSchools = 7,
  kPlainMunicipalities = 8,
};

// Positions in Layout::columns.
namespace branches {
enum : size_t {
  kProvince,
  kBoard,
  kInstitution,
  kBranch,
  kTitle,
  kPostcode,
  kPlace,
  kMunicipality,
  kDenomination,
  kStructure,
  kEducationRegion,
  kCoropRegion,
  kRmcRegion,
};
}  // namespace branches
namespace primary_pupils {
enum : size_t {
  kDate,
  kInstitution,
  kBranch,
  kTitle,
  kPostcode,
  kPlace,
  kMunicipality,
  kProvince,
  kType,
  kDenomination,
  kBoard,
  kCount,
};
}  // namespace primary_pupils
namespace secondary_pupils {
// Twelve cells follow kYears: men and women of the years 1 to 6.
enum : size_t {
  kDate,
  kInstitution,
  kBranch,
  kType,
  kTrack,
  kSubject,
  kElement,
  kProgramme,
  kYears
};
inline constexpr size_t kYearCells = 12;
}  // namespace secondary_pupils
namespace school_scores {
enum : size_t { kSchool, kScore };
}  // namespace school_scores
namespace municipalities {
// Those from kWater on only in CBS's layout.
enum : size_t {
  kCode,
  kTitle,
  kProvince,
  kPopulation,
  kScore,
  kWater,
  kUrbanity,
  kAddressDensity,
  kHouseholds,
};
}  // namespace municipalities
namespace plain_schools {
// Eight cells follow kCounts: one for each SchoolType.
enum : size_t {
  kSchool,
  kTitle,
  kSector,
  kMunicipality,
  kBoard,
  kProvince,
  kDenomination,
  kStructure,
  kPlace,
  kPostcode,
  kScore,
  kCounts,
};
}  // namespace plain_schools

struct Layout {
  SourceKind kind;
  std::string_view title;  // "DUO register of primary branches"
  std::vector<Column> columns;
  // A header is of this layout if it has one column of each group of spellings, and none of
  // `foreign`.
  std::vector<std::vector<std::string_view>> marks;
  std::vector<std::string_view> foreign;
};

const Layout& LayoutOf(SourceKind kind);

// What a file with these columns holds; empty if it fits no layout.
std::optional<SourceKind> SniffKind(std::span<const std::string> header);

// Columns of plain files that begin with "attribute_": what follows is the attribute's name.
struct AttributeColumn {
  std::string name;
  size_t position;
};
std::vector<AttributeColumn> AttributeColumns(std::span<const std::string> header);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_LAYOUT_H_
