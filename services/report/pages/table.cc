#include "services/report/pages/table.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/text/csv.h"
#include "services/report/domain/labels.h"
#include "services/report/domain/numbers.h"
#include "services/report/pages/words.h"

namespace vg::report {
namespace {

class Builder {
 public:
  Builder(const Figure& figure, Language language)
      : figure_(figure), language_(language), words_(WordsIn(language)) {}

  Table Make() && {
    switch (figure_.kind) {
      case ValueKind::kAmount:
        Amounts();
        break;
      case ValueKind::kResponse:
        Response();
        break;
      default:
        figure_.has_groups() && figure_.has_categories() ? Matrix() : OneWay();
    }
    return std::move(table_);
  }

 private:
  TableCell Value(const Cell& cell) {
    switch (cell.state) {
      case CellState::kShown:
        return {.text = FormatTableValue(figure_, cell, language_)};
      case CellState::kSuppressed:
        table_.has_suppressed = true;
        return {.text = "–", .suppressed = true};
      case CellState::kEmpty:
        table_.has_empty = true;
        return {.text = words_.no_value};
    }
    return {};
  }

  TableCell Number(const Cell& cell, int64_t number) {
    if (cell.state == CellState::kSuppressed) return Value(cell);
    return {.text = FormatCount(number, language_)};
  }

  std::string ValueHead() const {
    if (figure_.kind != ValueKind::kMean) return words_.share;
    if (figure_.unit.empty()) return words_.mean;
    return absl::StrCat(words_.mean, " (", UnitLabel(figure_.unit).In(language_), ")");
  }

  void OneWay() {
    table_.columns = {figure_.has_categories() ? std::string(words_.category)
                                               : AttributeLabel(figure_.breakdown).In(language_),
                      ValueHead(), "n", words_.institutions};
    for (size_t g = 0; g < figure_.groups.size(); ++g) {
      for (size_t c = 0; c < figure_.categories.size(); ++c) {
        const Cell& cell = figure_.cells[g][c];
        const Label& label = figure_.has_categories() ? figure_.categories[c] : figure_.groups[g];
        Table::Row& row = table_.rows.emplace_back();
        row.head = label.text.In(language_);
        row.total = !figure_.has_categories() && g == 0;
        row.cells = {Value(cell), Number(cell, cell.n), Number(cell, cell.units)};
      }
    }
  }

  void Matrix() {
    table_.columns = {words_.category};
    for (const Label& group : figure_.groups) table_.columns.push_back(group.text.In(language_));
    for (size_t c = 0; c < figure_.categories.size(); ++c) {
      Table::Row& row = table_.rows.emplace_back();
      row.head = figure_.categories[c].text.In(language_);
      for (size_t g = 0; g < figure_.groups.size(); ++g) {
        row.cells.push_back(Value(figure_.cells[g][c]));
      }
    }
    Table::Row& last = table_.rows.emplace_back();
    last.head = "n";
    last.total = true;
    for (size_t g = 0; g < figure_.groups.size(); ++g) {
      const int64_t n = RespondentsOf(figure_, g);
      last.cells.push_back({.text = n == 0 ? "–" : FormatCount(n, language_)});
    }
  }

  void Amounts() {
    table_.columns = {words_.category, words_.amount, words_.of_total, words_.recipients};
    for (size_t c = 0; c < figure_.categories.size(); ++c) {
      AmountRow(figure_.categories[c].text.In(language_), figure_.cells[0][c]);
    }
    AmountRow(words_.total, *figure_.overall);
    table_.rows.back().total = true;
  }

  void AmountRow(std::string head, const Cell& cell) {
    const Exact& total = figure_.overall->value;
    Table::Row& row = table_.rows.emplace_back();
    row.head = std::move(head);
    row.cells = {Value(cell),
                 {.text = total.IsZero() ? words_.no_value
                                         : FormatPercentage(cell.value / total, 1, language_)},
                 {.text = FormatCount(cell.n, language_)}};
  }

  void Response() {
    table_.columns = {words_.role, words_.invited, words_.answered, words_.response_rate,
                      words_.responses};
    for (size_t c = 0; c < figure_.categories.size(); ++c) {
      const Cell& cell = figure_.cells[0][c];
      Table::Row& row = table_.rows.emplace_back();
      row.head = figure_.categories[c].text.In(language_);
      row.cells = {{.text = FormatCount(cell.n, language_)},
                   {.text = FormatCount(cell.positive, language_)},
                   Value(cell),
                   {.text = FormatCount(cell.answers, language_)}};
    }
  }

  const Figure& figure_;
  const Language language_;
  const PageWords& words_;
  Table table_;
};

// Spreadsheets run what begins with these; numbers of ours are written apart from it.
std::string Harmless(const std::string& text) {
  const bool risky =
      !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  return risky ? "'" + text : text;
}

const char* StateName(CellState state) {
  switch (state) {
    case CellState::kShown:
      return "shown";
    case CellState::kSuppressed:
      return "suppressed";
    case CellState::kEmpty:
      return "empty";
  }
  return "";
}

void AddLabel(CsvWriter& csv, const Label& label) {
  csv.Cell(Harmless(label.id));
  for (const Language language : kLanguages) csv.Cell(Harmless(label.text.In(language)));
}

}  // namespace

Table TableOf(const Figure& figure, Language language) { return Builder(figure, language).Make(); }

std::string AnnexOf(const Figure& figure) {
  std::string text;
  CsvWriter csv(&text);
  const bool response = figure.kind == ValueKind::kResponse;
  csv.Row({"figure", "breakdown", "group", "group_nl", "group_en", "category", "category_nl",
           "category_en", "state", "value", "unit"});
  text.resize(text.size() - 2);  // The columns that differ follow on the same line.
  text += response ? ",invited,answered,responses\r\n" : ",n,units,positive\r\n";
  const auto row = [&](const Label& group, const Label& category, const Cell& cell) {
    csv.Cell(figure.id).Cell(figure.breakdown);
    AddLabel(csv, group);
    AddLabel(csv, category);
    csv.Cell(StateName(cell.state)).Cell(PlainValue(figure, cell)).Cell(figure.unit);
    csv.Cell(cell.n);
    if (response) {
      csv.Cell(cell.positive).Cell(cell.answers);
    } else {
      csv.Cell(cell.units).Cell(cell.positive);
    }
    csv.EndRow();
  };
  for (size_t g = 0; g < figure.groups.size(); ++g) {
    for (size_t c = 0; c < figure.categories.size(); ++c) {
      row(figure.groups[g], figure.categories[c], figure.cells[g][c]);
    }
  }
  if (figure.overall.has_value()) row(figure.groups[0], Label{}, *figure.overall);
  return text;
}

std::string HeadlineAnnex(const std::vector<HeadlineLine>& headline) {
  std::string text;
  CsvWriter csv(&text);
  csv.Row({"title_nl", "title_en", "value_nl", "value_en", "n"});
  for (const HeadlineLine& line : headline) {
    for (const LocalizedText* words : {&line.title, &line.value}) {
      for (const Language language : kLanguages) csv.Cell(Harmless(words->In(language)));
    }
    csv.Cell(line.n);
    csv.EndRow();
  }
  return text;
}

}  // namespace vg::report
