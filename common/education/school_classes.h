// The classes that schools are grouped by, so that "size" and "score" mean the same in every
// service.

#ifndef VG_COMMON_EDUCATION_SCHOOL_CLASSES_H_
#define VG_COMMON_EDUCATION_SCHOOL_CLASSES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/numeric/exact.h"

namespace vg {

// "1-99", "100-199", "200-499" or "500+" pupils; empty if the number is not known or none.
std::string_view SizeClass(std::optional<int64_t> pupils);

// The disadvantage score per pupil; empty where there is no score, or nobody to share it.
std::optional<Exact> ScorePerPupil(const std::optional<Exact>& score,
                                   std::optional<int64_t> pupils);

// The fifths of the schools of one snapshot by their score per pupil. Thread-safe.
class ScoreQuintiles {
 public:
  // `scores`: of the schools that have one, in any order. Those of nought or less take no part.
  explicit ScoreQuintiles(std::vector<Exact> scores);

  // "1" (lowest) to "5"; ties fall in the same fifth. "0" is a score of nought; empty: no score.
  std::string Of(const std::optional<Exact>& score) const;

 private:
  std::vector<Exact> ascending_;
};

}  // namespace vg

#endif  // VG_COMMON_EDUCATION_SCHOOL_CLASSES_H_
