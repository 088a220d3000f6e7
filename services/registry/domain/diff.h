// What happened to schools between two snapshots.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_DIFF_H_
#define VG_SERVICES_REGISTRY_DOMAIN_DIFF_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/registry/domain/school.h"

namespace vg::registry {

// The numbers are those of the proto.
enum class ChangeKind {
  kNone = 0,
  kOpened = 1,
  kClosed = 2,
  kMerged = 3,
  kMovedMunicipality = 4,
  kChangedBoard = 5,
  kChangedCount = 6,
};
inline constexpr int kChangeKinds = 6;

// "opened", "changed_count".
std::string_view ChangeKindName(ChangeKind kind);

// What a comparison needs to know of a school.
struct SchoolFacts {
  std::string code;
  std::string title;
  Sector sector = Sector::kNone;
  std::string board;
  std::string municipality;
  std::string postcode;
  std::vector<PupilCount> pupil_counts;
};

struct SchoolChange {
  std::string code;
  std::string title;  // In the newer snapshot that has the school.
  ChangeKind kind = ChangeKind::kNone;
  SchoolType type = SchoolType::kNone;  // Of a changed count.
  // Board numbers, municipality codes, counts ("BO 231", "BO suppressed"; empty: none of the type);
  // of a merger, `after` is the code of the school that goes on.
  std::string before;
  std::string after;
  friend bool operator==(const SchoolChange&, const SchoolChange&) = default;
};

// The changes from `before` to `after`, both by code; by school, kind and type.
//
// A school that is gone has merged if one of the same sector goes on at its postcode under its
// board, else if another branch of its institution does (one in its municipality first), else it
// has closed.
std::vector<SchoolChange> Diff(std::span<const SchoolFacts> before,
                               std::span<const SchoolFacts> after);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_DIFF_H_
