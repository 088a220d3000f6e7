#include "services/report/pages/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

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

  template <typename Has>
  bool Any(Has has) const {
    return std::any_of(figure_.cells.begin(), figure_.cells.end(), [&has](const auto& row) {
      return std::any_of(row.begin(), row.end(), has);
    });
  }

  TableCell IntervalOf(const Cell& cell) const {
    return {.text = cell.interval.has_value() ? FormatInterval(figure_, cell, language_) : "–"};
  }

  TableCell ChanceOf(const Cell& cell) const {
    if (!cell.p_value.has_value()) return {.text = "–"};
    if (*cell.p_value < Exact::FromScaled(1, 3)) {
      return {.text = "< " + FormatNumber(Exact::FromScaled(1, 3), 3, language_)};
    }
    return {.text = FormatNumber(*cell.p_value, 3, language_)};
  }

  std::string ValueHead() const {
    if (figure_.kind == ValueKind::kChange) return words_.change;
    if (figure_.kind != ValueKind::kMean) return words_.share;
    if (figure_.unit.empty()) return words_.mean;
    return absl::StrCat(words_.mean, " (", UnitLabel(figure_.unit).In(language_), ")");
  }

  void OneWay() {
    const bool intervals = Any([](const Cell& cell) { return cell.interval.has_value(); });
    const bool tested = Any([](const Cell& cell) { return cell.p_value.has_value(); });
    table_.columns = {figure_.has_categories() ? std::string(words_.category)
                                               : AttributeLabel(figure_.breakdown).In(language_),
                      ValueHead()};
    if (intervals) table_.columns.emplace_back(words_.interval);
    if (tested) table_.columns.emplace_back(words_.p_value);
    table_.columns.emplace_back("n");
    table_.columns.emplace_back(words_.institutions);
    for (size_t g = 0; g < figure_.groups.size(); ++g) {
      for (size_t c = 0; c < figure_.categories.size(); ++c) {
        const Cell& cell = figure_.cells[g][c];
        const Label& label = figure_.has_categories() ? figure_.categories[c] : figure_.groups[g];
        Table::Row& row = table_.rows.emplace_back();
        row.head = label.text.In(language_);
        row.total = !figure_.has_categories() && g == 0;
        row.cells = {Value(cell)};
        if (intervals) row.cells.push_back(IntervalOf(cell));
        if (tested) row.cells.push_back(ChanceOf(cell));
        row.cells.push_back(Number(cell, cell.n));
        row.cells.push_back(Number(cell, cell.units));
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
    // Without an overall amount the categories are not parts of one: granted, paid, spent.
    const bool parts = figure_.overall.has_value();
    table_.columns = {words_.category, words_.amount};
    if (parts) table_.columns.insert(table_.columns.end(), {words_.of_total, words_.recipients});
    for (size_t c = 0; c < figure_.categories.size(); ++c) {
      AmountRow(figure_.categories[c].text.In(language_), figure_.cells[0][c]);
    }
    if (!parts) return;
    AmountRow(words_.total, *figure_.overall);
    table_.rows.back().total = true;
  }

  void AmountRow(std::string head, const Cell& cell) {
    Table::Row& row = table_.rows.emplace_back();
    row.head = std::move(head);
    if (!figure_.overall.has_value()) {
      row.cells = {Value(cell)};
      return;
    }
    const Exact& total = figure_.overall->value;
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

}  // namespace

Table TableOf(const Figure& figure, Language language) { return Builder(figure, language).Make(); }

}  // namespace vg::report
