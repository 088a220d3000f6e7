#include "services/survey/domain/board.h"

#include "common/education/school_classes.h"

namespace vg::survey {
namespace {

std::string_view CountClass(int schools) {
  if (schools == 1) return "1";
  if (schools < 10) return "2-9";
  return schools < 30 ? "10-29" : "30+";
}

}  // namespace

void BoardSchools::Add(const Unit& school, std::optional<int64_t> pupils) {
  for (size_t i = 0; i < kShared.size(); ++i) {
    const std::string_view value = ValueOf(school.attributes, kShared[i]);
    if (schools_ == 0) {
      shared_[i] = value;
    } else if (shared_[i] != value) {
      shared_[i].clear();
    }
  }
  if (pupils) pupils_ = pupils_.value_or(0) + *pupils;
  ++schools_;
}

Attributes BoardSchools::attributes() const {
  Attributes attributes;
  if (schools_ == 0) return attributes;
  for (size_t i = 0; i < kShared.size(); ++i) {
    if (!shared_[i].empty()) SetAttribute(attributes, kShared[i], shared_[i]);
  }
  SetAttribute(attributes, kSchoolCount, CountClass(schools_));
  const std::string_view size = SizeClass(pupils_);
  if (!size.empty()) SetAttribute(attributes, "size", size);
  return attributes;
}

}  // namespace vg::survey
