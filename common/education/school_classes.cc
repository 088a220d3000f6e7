#include "common/education/school_classes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace vg {

std::string_view SizeClass(std::optional<int64_t> pupils) {
  if (!pupils || *pupils <= 0) return "";
  if (*pupils < 100) return "1-99";
  if (*pupils < 200) return "100-199";
  if (*pupils < 500) return "200-499";
  return "500+";
}

std::optional<Exact> ScorePerPupil(const std::optional<Exact>& score,
                                   std::optional<int64_t> pupils) {
  if (!score || !pupils || *pupils <= 0) return std::nullopt;
  return *score / Exact(*pupils);
}

ScoreQuintiles::ScoreQuintiles(std::vector<Exact> scores) : ascending_(std::move(scores)) {
  std::erase_if(ascending_, [](const Exact& score) { return score.Sign() <= 0; });
  std::sort(ascending_.begin(), ascending_.end());
}

std::string ScoreQuintiles::Of(const std::optional<Exact>& score) const {
  if (!score) return "";
  if (score->Sign() <= 0) return "0";
  const auto below = static_cast<size_t>(
      std::lower_bound(ascending_.begin(), ascending_.end(), *score) - ascending_.begin());
  return absl::StrCat(below * 5 / std::max<size_t>(ascending_.size(), 1) + 1);
}

}  // namespace vg
