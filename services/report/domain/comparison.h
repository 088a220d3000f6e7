// Two editions side by side.

#ifndef VG_SERVICES_REPORT_DOMAIN_COMPARISON_H_
#define VG_SERVICES_REPORT_DOMAIN_COMPARISON_H_

#include <optional>
#include <vector>

#include "services/report/domain/figure.h"

namespace vg::report {

// A number that both editions have.
struct ComparedCell {
  Label category;  // Empty id: none.
  Cell before;
  Cell after;
  std::optional<Exact> difference;  // Later less earlier, if both are shown.
  // How often chance alone would give as large a difference, taking the two as independent; none
  // where a standard error is missing.
  std::optional<Exact> p_value;
};

struct ComparedFigure {
  const Figure* after = nullptr;  // Borrowed.
  std::vector<ComparedCell> cells;
};

// The totals of the figures that measure the same by the same definition and digest of it, in the
// order of the later edition; the largest `most` categories of each.
std::vector<ComparedFigure> CompareEditions(const std::vector<Figure>& before,
                                            const std::vector<Figure>& after, size_t most);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_COMPARISON_H_
