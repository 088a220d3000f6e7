#include "services/cli/render/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/numeric/format.h"
#include "common/time/clock.h"

namespace vg::cli {
namespace {

constexpr int kCells = 24;
constexpr absl::Duration kBetweenDraws = absl::Milliseconds(100);

}  // namespace

std::string ProgressText(const std::string& label, int64_t done, int64_t total) {
  const std::string count = FormatCount(done, Language::kEnglish);
  if (total <= 0) return absl::StrCat(label, "  ", count);
  const int64_t within = std::clamp<int64_t>(done, 0, total);
  std::string bar;
  for (int64_t cell = 0; cell < kCells; ++cell) {
    bar += cell * total < within * kCells ? "█" : "░";
  }
  return absl::StrCat(label, "  ", bar, "  ", within * 100 / total, "%  ", count, " of ",
                      FormatCount(total, Language::kEnglish));
}

ProgressBar::ProgressBar(std::string label)
    : label_(std::move(label)), enabled_(isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() { Erase(); }

void ProgressBar::Erase() {
  if (visible_) std::fputs("\r\033[K", stderr);
  visible_ = false;
}

void ProgressBar::Update(int64_t done, int64_t total) {
  if (!enabled_) return;
  const absl::Time now = SystemClock().Now();
  if (now - drawn_ < kBetweenDraws) return;
  drawn_ = now;
  visible_ = true;
  std::fputs(absl::StrCat("\r\033[K", ProgressText(label_, done, total)).c_str(), stderr);
}

}  // namespace vg::cli
