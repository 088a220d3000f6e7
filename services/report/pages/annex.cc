#include "services/report/pages/annex.h"

#include <optional>
#include <utility>

#include "common/text/csv.h"
#include "services/report/domain/numbers.h"

namespace vg::report {
namespace {

using Row = std::vector<DataCell>;

DataCell Words(std::string text) { return {.text = std::move(text)}; }
DataCell Number(int64_t number) { return {.text = std::to_string(number), .number = true}; }
DataCell Number(std::string plain) {
  const bool number = !plain.empty();
  return {.text = std::move(plain), .number = number};
}
DataCell Number(const std::optional<Exact>& number) {
  return Number(number.has_value() ? number->Round(6, Rounding::kHalfEven).ToDecimal().value_or("")
                                   : std::string());
}

DataCell YesOrNo(bool yes) { return Words(yes ? "yes" : "no"); }

void AddText(Row& row, const LocalizedText& text) {
  for (const Language language : kLanguages) row.push_back(Words(text.In(language)));
}

void AddLabel(Row& row, const Label& label) {
  row.push_back(Words(label.id));
  AddText(row, label.text);
}

// Why a cell is not shown.
const char* ReasonName(const Cell& cell) {
  if (cell.state == CellState::kEmpty) return "nobody";
  switch (cell.hidden) {
    case HiddenReason::kNotTold:
      return "disclosure";
    case HiddenReason::kFrequency:
      return "frequency";
    case HiddenReason::kDominance:
      return "dominance";
    case HiddenReason::kDifferencing:
      return "differencing";
  }
  return "";
}

// Visits every cell with the words of its group and category.
template <typename Visit>
void ForEachCell(const Figure& figure, Visit visit) {
  for (size_t g = 0; g < figure.groups.size(); ++g) {
    for (size_t c = 0; c < figure.categories.size(); ++c) {
      visit(figure.groups[g], figure.categories[c], figure.cells[g][c]);
    }
  }
  if (figure.overall.has_value()) visit(figure.groups[0], Label{}, *figure.overall);
}

}  // namespace

DataSheet SheetOf(const Figure& figure) {
  DataSheet sheet{.name = figure.id,
                  .columns = {"figure", "breakdown", "group", "group_nl", "group_en", "category",
                              "category_nl", "category_en", "state", "value", "unit"}};
  const bool response = figure.kind == ValueKind::kResponse;
  const std::vector<std::string> counts =
      response ? std::vector<std::string>{"invited", "answered", "responses"}
               : std::vector<std::string>{"n", "units", "positive"};
  sheet.columns.insert(sheet.columns.end(), counts.begin(), counts.end());
  sheet.columns.insert(sheet.columns.end(), {"standard_error", "lower", "upper", "p_value"});
  ForEachCell(figure, [&](const Label& group, const Label& category, const Cell& cell) {
    Row row = {Words(figure.id), Words(figure.breakdown)};
    AddLabel(row, group);
    AddLabel(row, category);
    row.push_back(Words(NameOf(cell.state)));
    row.push_back(Number(PlainValue(figure, cell)));
    row.push_back(Words(figure.unit));
    row.push_back(Number(cell.n));
    row.push_back(Number(response ? cell.positive : cell.units));
    row.push_back(Number(response ? cell.answers : cell.positive));
    row.push_back(Number(cell.standard_error));
    const auto end = [&cell](Exact Interval::*which) {
      return cell.interval.has_value() ? std::optional((*cell.interval).*which) : std::nullopt;
    };
    row.push_back(Number(end(&Interval::lower)));
    row.push_back(Number(end(&Interval::upper)));
    row.push_back(Number(cell.p_value));
    sheet.rows.push_back(std::move(row));
  });
  return sheet;
}

DataSheet HeadlineSheet(const std::vector<HeadlineLine>& headline) {
  DataSheet sheet{.name = "headline",
                  .columns = {"title_nl", "title_en", "value_nl", "value_en", "n"}};
  for (const HeadlineLine& line : headline) {
    Row row;
    AddText(row, line.title);
    AddText(row, line.value);
    row.push_back(Number(line.n));
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

DataSheet CodebookOf(const std::vector<const Figure*>& figures) {
  DataSheet sheet{.name = "codebook",
                  .columns = {"figure", "title_nl", "title_en", "source", "version",
                              "definition_nl", "definition_en", "respondents_nl", "respondents_en",
                              "question_nl", "question_en", "method_nl", "method_en", "unit",
                              "breakdown", "n", "population", "definition_sha256", "data_sha256"}};
  for (const Figure* figure : figures) {
    const Provenance& source = figure->provenance;
    Row row = {Words(figure->id)};
    AddText(row, figure->title);
    row.push_back(Words(source.resource));
    row.push_back(source.version > 0 ? Number(source.version) : Words(""));
    AddText(row, source.description);
    AddText(row, source.respondents);
    LocalizedText questions;
    for (const LocalizedText& question : source.questions) {
      questions.nl += (questions.nl.empty() ? "" : " | ") + question.In(Language::kDutch);
      questions.en += (questions.en.empty() ? "" : " | ") + question.In(Language::kEnglish);
    }
    AddText(row, questions);
    AddText(row, source.method);
    row.push_back(Words(figure->unit));
    row.push_back(Words(figure->breakdown));
    row.push_back(Number(RespondentsOf(*figure)));
    row.push_back(figure->population > 0 ? Number(figure->population) : Words(""));
    row.push_back(Words(source.digest));
    row.push_back(Words(source.data_digest));
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

DataSheet ProtectionsOf(const std::vector<const Figure*>& figures) {
  DataSheet sheet{.name = "protection",
                  .columns = {"figure", "breakdown", "policy_version", "policy_sha256",
                              "tables_together", "groups_shown", "groups_hidden", "protected"}};
  for (const Figure* figure : figures) {
    if (!figure->protection.has_value()) continue;
    const Protection& protection = *figure->protection;
    sheet.rows.push_back({Words(figure->id), Words(figure->breakdown),
                          Number(protection.policy_version), Words(protection.policy_digest),
                          Number(protection.tables), Number(protection.shown_groups),
                          Number(protection.hidden_groups), YesOrNo(protection.is_protected)});
  }
  return sheet;
}

DataSheet KnownRangesOf(const std::vector<const Figure*>& figures) {
  DataSheet sheet{.name = "known-ranges",
                  .columns = {"figure", "breakdown", "group", "category", "quantity", "least",
                              "most", "protected"}};
  for (const Figure* figure : figures) {
    if (!figure->protection.has_value()) continue;
    for (const KnownRange& range : figure->protection->ranges) {
      sheet.rows.push_back({Words(figure->id), Words(figure->breakdown), Words(range.group),
                            Words(range.category),
                            Words(kQuantityNames.at(static_cast<size_t>(range.quantity))),
                            Number(range.least), Number(range.most), YesOrNo(range.is_protected)});
    }
  }
  return sheet;
}

DataSheet SuppressedOf(const std::vector<const Figure*>& figures) {
  DataSheet sheet{.name = "not-shown",
                  .columns = {"figure", "breakdown", "group", "category", "reason"}};
  for (const Figure* figure : figures) {
    ForEachCell(*figure, [&](const Label& group, const Label& category, const Cell& cell) {
      if (cell.state == CellState::kShown) return;
      sheet.rows.push_back({Words(figure->id), Words(figure->breakdown), Words(group.id),
                            Words(category.id), Words(ReasonName(cell))});
    });
  }
  return sheet;
}

std::string CsvOf(const DataSheet& sheet) {
  std::string text;
  CsvWriter csv(&text);
  for (const std::string& column : sheet.columns) csv.Cell(column);
  csv.EndRow();
  for (const Row& row : sheet.rows) {
    for (const DataCell& cell : row) {
      if (cell.number) {
        csv.Cell(cell.text);
      } else {
        csv.WordsCell(cell.text);
      }
    }
    csv.EndRow();
  }
  return text;
}

}  // namespace vg::report
