#include "services/report/domain/figure.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace vg::report {

std::vector<size_t> Ranking(const Figure& figure) {
  const std::vector<Cell>& total = figure.cells[0];
  std::vector<size_t> places(figure.categories.size());
  std::iota(places.begin(), places.end(), size_t{0});
  std::sort(places.begin(), places.end(), [&](size_t a, size_t b) {
    const bool shown_a = total[a].state == CellState::kShown;
    const bool shown_b = total[b].state == CellState::kShown;
    if (shown_a != shown_b) return shown_a;
    if (shown_a && total[a].value != total[b].value) return total[a].value > total[b].value;
    return figure.categories[a].id < figure.categories[b].id;
  });
  return places;
}

void SortByValue(Figure& figure) {
  const std::vector<size_t> places = Ranking(figure);
  const auto reorder = [&places](auto& items) {
    std::remove_reference_t<decltype(items)> sorted;
    sorted.reserve(items.size());
    for (const size_t place : places) sorted.push_back(std::move(items[place]));
    items = std::move(sorted);
  };
  reorder(figure.categories);
  for (std::vector<Cell>& group : figure.cells) reorder(group);
}

int64_t RespondentsOf(const Figure& figure, size_t group) {
  if (figure.overall.has_value()) return figure.overall->n;
  int64_t most = 0;
  for (const Cell& cell : figure.cells[group]) most = std::max(most, cell.n);
  return most;
}

}  // namespace vg::report
