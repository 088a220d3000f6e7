#include "services/report/domain/comparison.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <tuple>

#include "absl/strings/numbers.h"

namespace vg::report {
namespace {

// Amounts and counts add up otherwise; a change is a comparison itself.
bool Comparable(const Figure& figure) {
  return figure.kind == ValueKind::kShare || figure.kind == ValueKind::kMean ||
         figure.kind == ValueKind::kResponse;
}

bool SameMeasure(const Figure& a, const Figure& b) {
  const auto key = [](const Figure& figure) {
    // A response is of another wave each time, and measures the same.
    const bool response = figure.kind == ValueKind::kResponse;
    return std::tuple(figure.kind, figure.unit, response ? "" : figure.provenance.resource,
                      response ? "" : figure.provenance.digest);
  };
  return key(a) == key(b);
}

double ToDouble(const Exact& number) {
  double value = 0;
  (void)absl::SimpleAtod(number.ToDecimal(9, Rounding::kHalfEven), &value);
  return value;
}

// Two-sided, of the normal distribution.
std::optional<Exact> ChanceOf(const ComparedCell& cell) {
  if (!cell.before.standard_error.has_value() || !cell.after.standard_error.has_value()) {
    return std::nullopt;
  }
  const double error =
      std::hypot(ToDouble(*cell.before.standard_error), ToDouble(*cell.after.standard_error));
  if (error <= 0) return std::nullopt;
  const double p = std::erfc(std::abs(ToDouble(*cell.difference)) / error / std::sqrt(2.0));
  return Exact::FromScaled(std::llround(p * 1e6), 6);
}

}  // namespace

std::vector<ComparedFigure> CompareEditions(const std::vector<Figure>& before,
                                            const std::vector<Figure>& after, size_t most) {
  std::vector<ComparedFigure> compared;
  std::set<std::string> seen;  // One indicator may have several breakdowns with the same total.
  for (const Figure& later : after) {
    if (!Comparable(later) || !seen.insert(later.provenance.resource).second) continue;
    const auto earlier = std::find_if(before.begin(), before.end(), [&later](const Figure& figure) {
      return SameMeasure(figure, later);
    });
    if (earlier == before.end()) continue;
    ComparedFigure figure{.after = &later};
    for (const size_t place : Ranking(later)) {
      const Label& category = later.categories[place];
      const auto known =
          std::find_if(earlier->categories.begin(), earlier->categories.end(),
                       [&category](const Label& label) { return label.id == category.id; });
      if (known == earlier->categories.end()) continue;
      ComparedCell cell{
          .category = category,
          .before = earlier->cells[0][static_cast<size_t>(known - earlier->categories.begin())],
          .after = later.cells[0][place]};
      if (cell.before.state == CellState::kShown && cell.after.state == CellState::kShown) {
        cell.difference = cell.after.value - cell.before.value;
        cell.p_value = ChanceOf(cell);
      }
      figure.cells.push_back(std::move(cell));
      if (figure.cells.size() == most) break;
    }
    if (!figure.cells.empty()) compared.push_back(std::move(figure));
  }
  return compared;
}

}  // namespace vg::report
