#include "services/registry/domain/school.h"

#include "services/registry/domain/fold.h"

namespace vg::registry {

Count Add(Count a, Count b) {
  if (a.state == CountState::kSuppressed || b.state == CountState::kSuppressed) {
    return {CountState::kSuppressed, 0};
  }
  if (a.state == CountState::kKnown && b.state == CountState::kKnown) {
    return Count::Known(a.value + b.value);
  }
  if (a.state == CountState::kKnown) return a;
  if (b.state == CountState::kKnown) return b;
  if (a.state == CountState::kNotApplicable && b.state == CountState::kNotApplicable) return a;
  return {CountState::kMissing, 0};
}

int64_t School::KnownPupils() const {
  int64_t pupils = 0;
  for (const PupilCount& entry : pupil_counts) pupils += entry.count.value;
  return pupils;
}

bool School::IsCounted() const {
  for (const PupilCount& entry : pupil_counts) {
    if (entry.count.state == CountState::kKnown || entry.count.state == CountState::kSuppressed) {
      return true;
    }
  }
  return false;
}

int School::TypeMask() const {
  int mask = 0;
  for (const PupilCount& entry : pupil_counts) {
    if (entry.count.state == CountState::kSuppressed || entry.count.value > 0) {
      mask |= 1 << static_cast<int>(entry.type);
    }
  }
  return mask;
}

std::string_view SchoolTypeName(SchoolType type) {
  switch (type) {
    case SchoolType::kNone:
      break;
    case SchoolType::kBo:
      return "BO";
    case SchoolType::kSbo:
      return "SBO";
    case SchoolType::kSo:
      return "SO";
    case SchoolType::kVso:
      return "VSO";
    case SchoolType::kVo:
      return "VO";
    case SchoolType::kPro:
      return "PRO";
    case SchoolType::kVboUpper:
      return "VBO_UPPER";
    case SchoolType::kVavo:
      return "VAVO";
  }
  return "";
}

std::string_view SectorName(Sector sector) {
  switch (sector) {
    case Sector::kNone:
      break;
    case Sector::kPrimary:
      return "PRIMARY";
    case Sector::kSecondary:
      return "SECONDARY";
    case Sector::kSpecial:
      return "SPECIAL";
  }
  return "";
}

std::string SearchText(const School& school) {
  return FoldCase(school.title) + "\n" + FoldCase(school.place);
}

}  // namespace vg::registry
