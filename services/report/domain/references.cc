#include "services/report/domain/references.h"

#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "services/report/domain/errors.h"
#include "services/report/domain/numbers.h"

namespace vg::report {
namespace {

struct Reference {
  std::string figure;
  std::string category;  // Empty, an id, or "#k".
  bool value = true;     // Else the category's name.
};

// What a reference points at.
struct Target {
  const Figure* figure = nullptr;
  const Cell* cell = nullptr;
  const Label* category = nullptr;  // Null: the total.
};

bool ByRank(std::string_view category) { return !category.empty() && category[0] == '#'; }

std::optional<Reference> Parse(std::string_view inside) {
  std::vector<std::string> parts(1);
  for (const char c : inside) {
    if (c == ':') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() > 3 || std::any_of(parts.begin(), parts.end(),
                                      [](const std::string& part) { return part.empty(); })) {
    return std::nullopt;
  }
  Reference reference{.figure = parts[0]};
  if (parts.size() > 1) reference.category = parts[1];
  if (parts.size() == 3) {
    if (parts[2] != "value") return std::nullopt;
  } else {
    reference.value = !ByRank(reference.category);
  }
  return reference;
}

std::vector<std::string> IdsOf(const Figure& figure) {
  std::vector<std::string> ids;
  for (const Label& label : figure.categories) {
    if (!label.id.empty()) ids.push_back(label.id);
  }
  return ids;
}

// The place of a category by id or rank.
std::optional<size_t> PlaceOfCategory(const Figure& figure, const std::string& category) {
  if (!figure.has_categories()) return std::nullopt;
  if (ByRank(category)) {
    size_t rank = 0;
    if (!absl::SimpleAtoi(category.substr(1), &rank) || rank < 1 ||
        rank > figure.categories.size()) {
      return std::nullopt;
    }
    return Ranking(figure)[rank - 1];
  }
  for (size_t i = 0; i < figure.categories.size(); ++i) {
    if (figure.categories[i].id == category) return i;
  }
  return std::nullopt;
}

std::optional<Target> Find(const Figures& figures, const std::string& id,
                           const std::string& category, const std::string& place,
                           std::vector<FieldViolation>& violations) {
  const auto found = figures.find(id);
  if (found == figures.end()) {
    violations.push_back(UnknownFigure(place, id));
    return std::nullopt;
  }
  const Figure& figure = *found->second;
  Target target{.figure = &figure};
  if (!category.empty()) {
    const std::optional<size_t> at = PlaceOfCategory(figure, category);
    if (!at.has_value()) {
      violations.push_back(UnknownCategory(place, id, category, IdsOf(figure)));
      return std::nullopt;
    }
    target.cell = &figure.cells[0][*at];
    target.category = &figure.categories[*at];
  } else if (figure.overall.has_value()) {
    target.cell = &*figure.overall;
  } else if (figure.has_categories()) {
    violations.push_back(UnknownCategory(place, id, "", IdsOf(figure)));
    return std::nullopt;
  } else {
    target.cell = &figure.cells[0][0];
  }
  if (target.cell->state != CellState::kShown) {
    violations.push_back(NoValue(place, id, category,
                                 target.cell->state == CellState::kSuppressed
                                     ? "it is suppressed to protect those who answered"
                                     : "nobody answered"));
    return std::nullopt;
  }
  return target;
}

}  // namespace

std::string ResolveText(std::string_view text, const Figures& figures, Language language,
                        const std::string& place, std::vector<FieldViolation>& violations) {
  std::string resolved;
  while (!text.empty()) {
    const size_t open = std::min(text.find('{'), text.size());
    resolved += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) break;
    const size_t close = text.find('}');
    if (close == std::string_view::npos) {
      violations.push_back(MalformedReference(place, text.substr(0, 40)));
      break;
    }
    const std::optional<Reference> reference = Parse(text.substr(1, close - 1));
    if (!reference.has_value()) {
      violations.push_back(MalformedReference(place, text.substr(0, close + 1)));
    } else if (const auto target =
                   Find(figures, reference->figure, reference->category, place, violations)) {
      resolved += reference->value ? FormatValue(*target->figure, *target->cell, language)
                                   : target->category->text.In(language);
    }
    text.remove_prefix(close + 1);
  }
  return resolved;
}

HeadlineLine ResolveHeadline(const HeadlinePlan& plan, const Figures& figures,
                             const std::string& place, std::vector<FieldViolation>& violations) {
  HeadlineLine line{.title = plan.title, .figure = plan.figure};
  const auto target = Find(figures, plan.figure, plan.category, place, violations);
  if (!target.has_value()) return line;
  line.n = target->cell->n;
  for (const Language language : kLanguages) {
    std::string value = FormatValue(*target->figure, *target->cell, language);
    if (ByRank(plan.category)) {
      value = absl::StrCat(target->category->text.In(language), " (", value, ")");
    }
    (language == Language::kDutch ? line.value.nl : line.value.en) = std::move(value);
  }
  return line;
}

}  // namespace vg::report
