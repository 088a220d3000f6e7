#include "services/report/domain/target.h"

#include <algorithm>

#include "absl/strings/numbers.h"

#include "services/report/domain/errors.h"

namespace vg::report {
namespace {

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> IdsOf(const std::vector<Label>& labels) {
  std::vector<std::string> ids;
  for (const Label& label : labels) {
    if (!label.id.empty()) ids.push_back(label.id);
  }
  return ids;
}

std::optional<size_t> PlaceOf(const std::vector<Label>& labels, const std::string& id) {
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].id == id) return i;
  }
  return std::nullopt;
}

// The place of a category by id or rank.
std::optional<size_t> PlaceOfCategory(const Figure& figure, const Reference& reference) {
  if (!figure.has_categories()) return std::nullopt;
  if (!reference.by_rank()) return PlaceOf(figure.categories, reference.category);
  size_t rank = 0;
  if (!absl::SimpleAtoi(reference.category.substr(1), &rank) || rank < 1 ||
      rank > figure.categories.size()) {
    return std::nullopt;
  }
  return Ranking(figure)[rank - 1];
}

}  // namespace

std::optional<Reference> ParseReference(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, ':');
  if (parts.size() > 3 ||
      std::any_of(parts.begin(), parts.end(), [](std::string_view part) { return part.empty(); })) {
    return std::nullopt;
  }
  const std::vector<std::string_view> place = Split(parts[0], '@');
  if (place.size() > 2 || place[0].empty() || (place.size() == 2 && place[1].empty())) {
    return std::nullopt;
  }
  Reference reference{.figure = std::string(place[0])};
  if (place.size() == 2) reference.group = place[1];
  if (parts.size() > 1) reference.category = parts[1];
  if (parts.size() == 3) {
    if (parts[2] != "value") return std::nullopt;
  } else {
    reference.name = reference.by_rank();
  }
  return reference;
}

std::optional<Target> FindTarget(const Figures& figures, const Reference& reference,
                                 const std::string& place,
                                 std::vector<FieldViolation>& violations) {
  const auto found = figures.find(reference.figure);
  if (found == figures.end()) {
    violations.push_back(UnknownFigure(place, reference.figure));
    return std::nullopt;
  }
  const Figure& figure = *found->second;
  Target target{.figure = &figure};
  const std::optional<size_t> group = PlaceOf(figure.groups, reference.group);
  if (!group.has_value()) {
    violations.push_back(
        UnknownGroup(place, reference.figure, reference.group, IdsOf(figure.groups)));
    return std::nullopt;
  }
  if (!reference.category.empty()) {
    const std::optional<size_t> at = PlaceOfCategory(figure, reference);
    if (!at.has_value()) {
      violations.push_back(
          UnknownCategory(place, reference.figure, reference.category, IdsOf(figure.categories)));
      return std::nullopt;
    }
    target.cell = &figure.cells[*group][*at];
    target.category = &figure.categories[*at];
  } else if (figure.overall.has_value() && *group == 0) {
    target.cell = &*figure.overall;
  } else if (figure.has_categories()) {
    violations.push_back(UnknownCategory(place, reference.figure, "", IdsOf(figure.categories)));
    return std::nullopt;
  } else {
    target.cell = &figure.cells[*group][0];
  }
  if (target.cell->state != CellState::kShown) {
    violations.push_back(NoValue(place, reference.figure, reference.category,
                                 target.cell->state == CellState::kSuppressed
                                     ? "it is suppressed to protect those who answered"
                                     : "nobody answered"));
    return std::nullopt;
  }
  return target;
}

}  // namespace vg::report
