#include "services/report/peers/estimate_figures.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "absl/strings/ascii.h"

#include "common/status/status_macros.h"
#include "services/report/domain/labels.h"

namespace vg::report {
namespace {

// Whether `id` stands in `expression` as a whole name.
bool Names(std::string_view expression, std::string_view id) {
  const auto part_of_name = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  for (size_t at = expression.find(id); at != std::string_view::npos;
       at = expression.find(id, at + 1)) {
    const size_t end = at + id.size();
    if ((at == 0 || !part_of_name(expression[at - 1])) &&
        (end == expression.size() || !part_of_name(expression[end]))) {
      return true;
    }
  }
  return false;
}

// The questions that the expressions of an indicator name, as they were put.
std::vector<LocalizedText> QuestionsOf(const IndicatorFacts& indicator,
                                       const EstimateWords& words) {
  std::vector<LocalizedText> questions;
  for (const QuestionnaireFacts& questionnaire : words.questionnaires) {
    if (!IsAbout(indicator, questionnaire)) continue;
    for (const auto& [id, question] : questionnaire.questions) {
      const bool named =
          std::any_of(indicator.expressions.begin(), indicator.expressions.end(),
                      [&id = id](const std::string& expression) { return Names(expression, id); });
      if (named) questions.push_back(question);
    }
  }
  return questions;
}

Provenance ProvenanceOf(const std::string& resource, const IndicatorFacts& indicator,
                        const EstimateFacts& table, const EstimateWords& words) {
  const std::string study = indicator.on_programmes ? "programme" : table.respondents;
  return {.resource = resource,
          .version = indicator.version,
          .digest = indicator.digest,
          .description = indicator.description.empty() ? indicator.title : indicator.description,
          .respondents = RespondentsLabel(study),
          .study = study,
          .questions = QuestionsOf(indicator, words),
          .method = indicator.on_programmes
                        ? LocalizedText{"Telling van alle ingediende schoolprogramma's.",
                                        "Count of all school programmes filed."}
                        : table.method};
}

// The option's words on the questionnaire that was answered; the menu's for programmes.
LocalizedText CategoryLabel(const IndicatorFacts& indicator, const std::string& id,
                            const EstimateWords& words) {
  if (id.empty()) return {};
  for (const QuestionnaireFacts& questionnaire : words.questionnaires) {
    const auto question = questionnaire.options.find(indicator.value);
    if (!IsAbout(indicator, questionnaire) || question == questionnaire.options.end()) continue;
    for (const Label& option : question->second) {
      if (option.id == id) return option.text;
    }
  }
  if (indicator.on_programmes) {
    const auto found = words.interventions.find(id);
    if (found != words.interventions.end()) return found->second;
  }
  return {id, ""};
}

// Groups, categories and cells.
absl::Status FillIn(const EstimateFacts& table, const IndicatorFacts& indicator,
                    const EstimateWords& words, Figure& figure) {
  std::map<std::string, size_t> groups, categories;
  const auto place = [](std::map<std::string, size_t>& places, std::vector<Label>& labels,
                        const std::string& id, bool& added) {
    const auto [found, is_new] = places.emplace(id, labels.size());
    added = is_new;
    if (is_new) labels.push_back({.id = id});
    return found->second;
  };
  bool added = false;
  // The total first, whatever the order of the table; an unknown value of the attribute, whose id
  // is empty, too, gets one that no value has.
  const auto group_of = [](const EstimateRow& row) {
    return row.group.empty() ? std::string() : "=" + row.group[0];
  };
  place(groups, figure.groups, "", added);
  figure.groups[0].text = TotalLabel();
  for (const EstimateRow& row : table.rows) {
    if (row.group.size() > 1) {
      return absl::InternalError("an estimate by one attribute has several groups");
    }
    place(groups, figure.groups, group_of(row), added);
    if (added) {
      figure.groups.back().text = GroupLabel(figure.breakdown, row.group[0], words.municipalities);
    }
    place(categories, figure.categories, row.category, added);
    if (added) figure.categories.back().text = CategoryLabel(indicator, row.category, words);
  }
  if (figure.categories.empty()) figure.categories.emplace_back();
  figure.cells.assign(figure.groups.size(), std::vector<Cell>(figure.categories.size()));
  for (const EstimateRow& row : table.rows) {
    figure.cells[groups[group_of(row)]][categories[row.category]] = row.cell;
  }
  for (Label& label : figure.groups) {
    if (!label.id.empty()) label.id = GroupId(label.id.substr(1));
  }
  return absl::OkStatus();
}

// The cell of a table at the place of `row`; null if there is none.
const Cell* FindCell(const EstimateFacts& table, const EstimateRow& row) {
  const auto found =
      std::find_if(table.rows.begin(), table.rows.end(), [&row](const EstimateRow& each) {
        return each.group == row.group && each.category == row.category;
      });
  return found == table.rows.end() ? nullptr : &found->cell;
}

}  // namespace

std::string GroupId(const std::string& value) { return value.empty() ? "unknown" : value; }

bool IsAbout(const IndicatorFacts& indicator, const QuestionnaireFacts& questionnaire) {
  return std::any_of(
      indicator.questionnaires.begin(), indicator.questionnaires.end(),
      [&](const std::string& name) { return questionnaire.name.starts_with(name + "/"); });
}

absl::StatusOr<Figure> EstimateFigure(const std::string& resource, const IndicatorFacts& indicator,
                                      const EstimateFacts& table, const std::string& breakdown,
                                      const EstimateWords& words) {
  Figure figure{.kind = indicator.mean ? ValueKind::kMean : ValueKind::kShare,
                .unit = indicator.mean ? indicator.unit : "",
                .breakdown = breakdown,
                .population = table.population,
                .provenance = ProvenanceOf(resource, indicator, table, words),
                .protection = table.protection};
  RETURN_IF_ERROR(FillIn(table, indicator, words, figure));
  return figure;
}

absl::StatusOr<Figure> ChangeFigure(const std::string& resource, const IndicatorFacts& indicator,
                                    EstimateFacts table, const EstimateFacts& before,
                                    const EstimateFacts& after, const std::string& breakdown,
                                    const EstimateWords& words) {
  for (EstimateRow& row : table.rows) {
    for (const EstimateFacts* side : {&before, &after}) {
      const Cell* const cell = FindCell(*side, row);
      if (row.cell.state != CellState::kShown ||
          (cell != nullptr && cell->state == CellState::kShown)) {
        continue;
      }
      row.cell = {.state = CellState::kSuppressed,
                  .hidden = cell == nullptr ? HiddenReason::kNotTold : cell->hidden};
    }
  }
  ASSIGN_OR_RETURN(Figure figure, EstimateFigure(resource, indicator, table, breakdown, words));
  figure.kind = ValueKind::kChange;
  return figure;
}

}  // namespace vg::report
