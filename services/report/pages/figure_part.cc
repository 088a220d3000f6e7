#include "services/report/pages/figure_part.h"

#include "absl/strings/str_cat.h"

#include "services/report/domain/chart.h"
#include "services/report/domain/labels.h"
#include "services/report/domain/numbers.h"
#include "services/report/pages/table.h"
#include "services/report/pages/words.h"

namespace vg::report {
namespace {

constexpr size_t kShortTable = 8;  // Rows that are shown without a click.

void Note(Part& part, std::string_view text) { Set(Add(part, "NOTE"), "TEXT", text); }

void DrawBar(Part& drawing, const Bar& bar, const std::string& track) {
  Part& drawn = Add(drawing, "BAR");
  Set(drawn, "TOP", bar.top);
  Set(drawn, "BASELINE", bar.baseline);
  Set(drawn, "WIDTH", bar.width);
  Set(drawn, "BAR_HEIGHT", Chart::kBarHeight);
  Set(drawn, "BAR_CLASS", bar.total ? "bar total" : "bar");
  Set(drawn, "VALUE", bar.value);
  Set(drawn, "VALUE_AT", bar.value_at);
  if (!track.empty()) Set(Add(drawn, "TRACK"), "TRACK_WIDTH", track);
  if (bar.upper.empty()) return;
  Part& interval = Add(drawn, "INTERVAL");
  Set(interval, "LOWER", bar.lower);
  Set(interval, "UPPER", bar.upper);
  Set(interval, "MIDDLE", bar.top + Chart::kBarHeight / 2);
  Set(interval, "CAP_TOP", bar.top + 4);
  Set(interval, "CAP_BOTTOM", bar.top + Chart::kBarHeight - 4);
}

void DrawChart(Part& part, const Figure& figure, Language language) {
  const PageWords& words = WordsIn(language);
  const Chart chart = LayOut(figure, language);
  Part& drawing = Add(part, "CHART");
  Set(drawing, "CHART_LABEL",
      absl::StrCat(words.chart_of, figure.title.In(language), ". ", words.chart_table));
  Set(drawing, "HEIGHT", chart.height);
  Set(drawing, "CHART_CLASS", chart.beside ? "chart beside" : "chart");
  // Beside bars, labels stand to the left of the drawing, in a margin that the style sheet leaves.
  Set(drawing, "LABEL_X", chart.beside ? -Chart::kBesideWidth : 0);
  const auto label = [&](const char* label_class, int y, const std::string& text) {
    if (text.empty()) return;
    Part& line = Add(drawing, "LABEL");
    Set(line, "LABEL_CLASS", label_class);
    Set(line, "Y", y);
    Set(line, "TEXT", text);
  };
  for (const BarGroup& group : chart.groups) {
    for (const BarGroup::Line& line : group.label) {
      label(chart.beside ? "group" : "label", line.baseline, line.text);
    }
    for (const Bar& bar : group.bars) {
      label("label", bar.baseline, bar.label);
      DrawBar(drawing, bar, chart.track);
    }
  }
  if (chart.left_out > 0) {
    Set(Add(drawing, "LEFT_OUT"), "W_LEFT_OUT",
        chart.left_out == 1
            ? std::string(words.left_out_one)
            : FormatCount(static_cast<int64_t>(chart.left_out), language) + words.left_out_many);
  }
}

void DrawTable(Part& part, const std::string& caption, const Table& table) {
  Set(part, "CAPTION", caption);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    Part& column = Add(part, "COLUMN");
    Set(column, "TEXT", table.columns[i]);
    if (i > 0) column.ShowSection("NUMBER");
  }
  for (const Table::Row& row : table.rows) {
    Part& drawn = Add(part, "ROW");
    Set(drawn, "HEAD", row.head);
    if (row.total) drawn.ShowSection("TOTAL");
    for (const TableCell& cell : row.cells) {
      Part& place = Add(drawn, "CELL");
      Set(place, "TEXT", cell.text);
      if (cell.suppressed) place.ShowSection("HIDDEN");
    }
  }
}

bool HasIntervals(const Figure& figure) {
  for (const std::vector<Cell>& row : figure.cells) {
    for (const Cell& cell : row) {
      if (cell.interval.has_value()) return true;
    }
  }
  return false;
}

const char* KindOf(const Figure& figure, const PageWords& words) {
  const std::string& resource = figure.provenance.resource;
  if (resource.starts_with("runs/")) return words.source_run;
  if (resource.starts_with("waves/")) return words.source_wave;
  if (resource.starts_with("grants/")) return words.source_grant;
  return words.source_indicator;
}

}  // namespace

std::string SourceOf(const Figure& figure, Language language) {
  const PageWords& words = WordsIn(language);
  const std::string& resource = figure.provenance.resource;
  std::string source =
      absl::StrCat(KindOf(figure, words), " ", resource.substr(resource.find('/') + 1));
  if (figure.provenance.version > 0) {
    absl::StrAppend(&source, ", ", words.version, " ", figure.provenance.version);
  }
  return source;
}

void DrawFigure(Page& page, Part& part, const Figure& figure, const FigureLinks& links,
                Language language) {
  const PageWords& words = WordsIn(language);
  const std::string& title = figure.title.In(language);
  Set(part, "ANCHOR", absl::StrCat("figure-", figure.id));
  if (!links.page.empty()) {
    Part& heading = Add(part, "HEADING");
    Set(heading, "TITLE", title);
    Set(heading, "PAGE_URL", links.page);
    Set(heading, "DESCRIPTION", figure.provenance.description.In(language));
    Part& more = Add(part, "MORE");
    Set(more, "PAGE_URL", links.page);
    Set(more, "TITLE", title);
  }
  if (figure.kind != ValueKind::kChange) DrawChart(part, figure, language);
  const Table table = TableOf(figure, language);
  const bool is_short = links.page.empty() || table.rows.size() <= kShortTable;
  Part& place = Add(part, is_short ? "SHORT_TABLE" : "LONG_TABLE");
  Set(place, "ROWS", static_cast<int64_t>(table.rows.size()));
  DrawTable(page.Include(place, "TABLE", "table.html"), title, table);
  if (figure.kind != ValueKind::kChange && HasIntervals(figure)) Note(part, words.interval_note);
  if (figure.kind == ValueKind::kChange) Note(part, words.change_note);
  if (table.has_suppressed) Note(part, words.suppressed_note);
  if (table.has_empty) Note(part, words.empty_note);
  if (figure.undetermined > 0) {
    Note(part, FormatCount(figure.undetermined, language) + words.undetermined);
  }
  const std::string& respondents = figure.provenance.respondents.In(language);
  const std::string source = SourceOf(figure, language);
  Set(part, "SOURCE", respondents.empty() ? source : absl::StrCat(respondents, ", ", source));
  // Schools are invited once per role, so a sum over roles means nothing.
  if (const int64_t n = RespondentsOf(figure); n > 0 && figure.kind != ValueKind::kResponse) {
    Set(Add(part, "HAS_N"), "N", FormatCount(n, language));
  }
  Set(part, "CSV_URL", links.csv);
  Set(part, "JSON_URL", links.json);
  Set(part, "TITLE", title);
}

void DrawFacts(Part& part, const Figure& figure, Language language) {
  const PageWords& words = WordsIn(language);
  const Provenance& provenance = figure.provenance;
  const auto fact = [&](const char* section, const char* term, std::string_view value) {
    if (value.empty()) return;
    Part& row = Add(Add(part, "FACT"), section);
    Set(row, "TERM", term);
    Set(row, "VALUE", value);
  };
  fact("WORDS", words.measured, provenance.description.In(language));
  for (const LocalizedText& question : provenance.questions) {
    fact("WORDS", words.question, question.In(language));
  }
  fact("WORDS", words.respondents, provenance.respondents.In(language));
  if (const int64_t n = RespondentsOf(figure); n > 0 && figure.kind != ValueKind::kResponse) {
    fact("WORDS", words.n_long, FormatCount(n, language));
  }
  if (figure.population > 0) {
    fact("WORDS", words.population, FormatCount(figure.population, language));
  }
  if (!figure.has_categories() && figure.cells[0][0].interval.has_value()) {
    fact("WORDS", words.value, FormatValue(figure, figure.cells[0][0], language));
    fact("WORDS", words.interval, FormatInterval(figure, figure.cells[0][0], language));
  }
  fact("WORDS", words.method, provenance.method.In(language));
  if (!figure.breakdown.empty()) {
    fact("WORDS", words.by, AttributeLabel(figure.breakdown).In(language));
  }
  fact("CODE", words.source, provenance.resource);
  if (provenance.version > 0) fact("WORDS", words.version_long, std::to_string(provenance.version));
  fact("CODE", words.definition_digest, provenance.digest);
  fact("CODE", words.data_digest, provenance.data_digest);
}

}  // namespace vg::report
