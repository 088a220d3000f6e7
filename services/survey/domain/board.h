// What a board is like, as its schools are.

#ifndef VG_SERVICES_SURVEY_DOMAIN_BOARD_H_
#define VG_SERVICES_SURVEY_DOMAIN_BOARD_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/survey/domain/unit.h"

namespace vg::survey {

// How many schools a board governs: "1", "2-9", "10-29" or "30+".
inline constexpr std::string_view kSchoolCount = "school_count";

// Gathers the schools of one board.
class BoardSchools {
 public:
  void Add(const Unit& school, std::optional<int64_t> pupils);

  // Sector, province and municipality where all schools have the same; the class of their number;
  // and as size that of all their known pupils together. None without schools.
  Attributes attributes() const;

 private:
  static constexpr std::array<std::string_view, 3> kShared = {"sector", "province", "municipality"};

  int schools_ = 0;
  std::optional<int64_t> pupils_;
  std::array<std::string, kShared.size()>
      shared_;  // Empty: they differ, or it is not known of one.
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_BOARD_H_
