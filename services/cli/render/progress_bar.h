// A line that shows how far long work is, on a terminal only.

#ifndef VG_SERVICES_CLI_RENDER_PROGRESS_BAR_H_
#define VG_SERVICES_CLI_RENDER_PROGRESS_BAR_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace vg::cli {

// Draws over one line of standard error, at most ten times a second, and erases it when done. Where
// standard error is no terminal it draws nothing. Used from one thread.
class ProgressBar {
 public:
  explicit ProgressBar(std::string label);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `total` 0: not known, the count alone is shown.
  void Update(int64_t done, int64_t total);
  // Until the next update, so that something else can be said.
  void Erase();

 private:
  const std::string label_;
  const bool enabled_;
  absl::Time drawn_ = absl::InfinitePast();
  bool visible_ = false;
};

// The bar's text, without control characters: "Importing  ████████░░░░  67%  5,321 of 8,000".
std::string ProgressText(const std::string& label, int64_t done, int64_t total);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_PROGRESS_BAR_H_
