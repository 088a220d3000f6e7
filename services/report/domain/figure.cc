#include "services/report/domain/figure.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/digest/digest.h"

namespace vg::report {
namespace {

void Add(DigestBuilder& digest, const Protection& protection) {
  digest.Record("protection").Integer(protection.policy_version).Text(protection.policy_digest);
  digest.Integer(protection.tables).Integer(protection.shown_groups);
  digest.Integer(protection.hidden_groups).Integer(protection.is_protected ? 1 : 0);
  digest.List(protection.ranges.size());
  for (const KnownRange& range : protection.ranges) {
    digest.Text(range.group).Text(range.category).Integer(static_cast<int>(range.quantity));
    digest.OptionalNumber(range.least).OptionalNumber(range.most);
    digest.Integer(range.is_protected ? 1 : 0);
  }
}

}  // namespace

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

std::string DataDigest(const Figure& figure) {
  DigestBuilder digest("voortgang.report.figure.v1");
  digest.Text(figure.provenance.resource).Integer(figure.provenance.version);
  digest.Text(figure.provenance.digest).Text(figure.breakdown).Text(figure.unit);
  const auto add = [&digest](const Cell& cell) {
    digest.Text(NameOf(cell.state)).Integer(static_cast<int>(cell.hidden));
    digest.Number(cell.value).Integer(cell.n).Integer(cell.units);
    digest.Integer(cell.positive).Integer(cell.answers);
    digest.OptionalNumber(cell.standard_error).OptionalNumber(cell.p_value);
    if (cell.interval.has_value()) {
      digest.Number(cell.interval->lower).Number(cell.interval->upper);
    } else {
      digest.Absent();
    }
  };
  digest.List(figure.groups.size());
  for (size_t g = 0; g < figure.groups.size(); ++g) {
    digest.Record("group").Text(figure.groups[g].id).List(figure.categories.size());
    for (size_t c = 0; c < figure.categories.size(); ++c) {
      digest.Text(figure.categories[c].id);
      add(figure.cells[g][c]);
    }
  }
  if (figure.overall.has_value()) {
    add(*figure.overall);
  } else {
    digest.Absent();
  }
  if (figure.protection.has_value()) Add(digest, *figure.protection);
  return digest.Integer(figure.undetermined).Finish();
}

}  // namespace vg::report
