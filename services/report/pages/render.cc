#include "services/report/pages/render.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include <nlohmann/json.hpp>

#include "common/digest/digest.h"
#include "common/time/clock.h"
#include "services/report/domain/chart.h"
#include "services/report/domain/numbers.h"
#include "services/report/pages/page.h"
#include "services/report/pages/table.h"
#include "services/report/pages/templates.h"
#include "services/report/pages/words.h"

namespace vg::report {
namespace {

constexpr size_t kShortTable = 8;  // Rows that are shown without a click.
constexpr char kHtml[] = "text/html; charset=utf-8";
constexpr char kCsv[] = "text/csv; charset=utf-8";

std::string AnnexPath(const std::string& figure) { return absl::StrCat("annex/", figure, ".csv"); }

std::vector<std::string> Paragraphs(std::string_view text) {
  std::vector<std::string> paragraphs;
  bool open = false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      open = false;
      continue;
    }
    if (open) {
      paragraphs.back() += ' ';
      paragraphs.back() += line;
    } else {
      paragraphs.emplace_back(line);
      open = true;
    }
  }
  return paragraphs;
}

void AddParagraphs(Part& part, const char* section, std::string_view text) {
  for (const std::string& paragraph : Paragraphs(text)) Set(Add(part, section), "TEXT", paragraph);
}

std::string SizeText(size_t bytes, Language language) {
  if (bytes < 1000) return absl::StrCat(bytes, " bytes");
  return absl::StrCat(FormatNumber(Exact(static_cast<int64_t>(bytes)) / Exact(1000), 1, language),
                      " kB");
}

// The pages of one language.
class Renderer {
 public:
  Renderer(const Content& content, Language language)
      : content_(content),
        language_(language),
        words_(WordsIn(language)),
        title_(content.plan.title.In(language)) {}

  std::string Report(const std::vector<File>& annexes) {
    Page page("report.html", Head("index.html", title_));
    Part& root = page.root();
    Title(root);
    if (!content_.headline.empty()) {
      Part& part = Add(root, "HAS_HEADLINE");
      Headline(page.Include(part, "HEADLINE", "headline.html"), "");
      Set(part, "SUMMARY_URL", "summary.html");
    }
    for (size_t i = 0; i < content_.plan.sections.size(); ++i) {
      const SectionPlan& section = content_.plan.sections[i];
      const std::string& title = section.title.In(language_);
      Part& entry = Add(root, "ENTRY");
      Set(entry, "URL", absl::StrCat("#section-", section.id));
      Set(entry, "TITLE", title);
      Part& part = Add(root, "SECTION");
      Set(part, "ANCHOR", absl::StrCat("section-", section.id));
      Set(part, "TITLE", title);
      AddParagraphs(part, "PARAGRAPH", content_.texts[i].In(language_));
      for (const FigurePlan& plan : section.figures) {
        if (const Figure* figure = content_.FindFigure(plan.id)) {
          DrawFigure(page, page.Include(part, "FIGURE", "figure.html"), *figure);
        }
      }
    }
    for (const File& annex : annexes) {
      Part& part = Add(root, "ANNEX");
      Set(part, "URL", "../" + annex.path);
      Set(part, "TITLE", annex.title.In(language_));
      Set(part, "FORMAT", "CSV");
      Set(part, "SIZE", SizeText(annex.bytes.size(), language_));
    }
    Set(root, "MANIFEST_URL", "../manifest.json");
    Set(root, "INPUT_COUNT", static_cast<int64_t>(content_.inputs.size()));
    for (const Input& input : content_.inputs) {
      Part& part = Add(root, "INPUT");
      Set(part, "RESOURCE", input.resource);
      Set(part, "DIGEST", input.digest);
    }
    return page.Expand();
  }

  std::string Summary() {
    const std::string title =
        absl::StrCat(language_ == Language::kDutch ? "Samenvatting: " : "Summary: ", title_);
    Page page("summary.html", Head("summary.html", title));
    Part& root = page.root();
    Title(root);
    Set(root, "REPORT_URL", "index.html");
    if (!content_.headline.empty()) {
      Headline(page.Include(Add(root, "HAS_HEADLINE"), "HEADLINE", "headline.html"), "index.html");
    }
    for (size_t i = 0; i < content_.plan.sections.size(); ++i) {
      const std::string& text = content_.texts[i].In(language_);
      if (text.empty()) continue;
      Part& part = Add(root, "SECTION");
      Set(part, "ANCHOR", absl::StrCat("section-", content_.plan.sections[i].id));
      Set(part, "TITLE", content_.plan.sections[i].title.In(language_));
      AddParagraphs(part, "PARAGRAPH", text);
    }
    return page.Expand();
  }

 private:
  PageHead Head(const std::string& file, const std::string& title) const {
    const char* other = language_ == Language::kDutch ? "en" : "nl";
    return {.language = language_,
            .title = absl::StrCat(title, " · ", FormatMonth(content_.plan.month, language_)),
            .style_url = "../style.css",
            .other_url = absl::StrCat("../", other, "/", file),
            .home_url = "../../",
            .synthetic = content_.plan.synthetic};
  }

  void Title(Part& root) {
    const EditionPlan& plan = content_.plan;
    Set(root, "TITLE", title_);
    Set(root, "EDITION",
        absl::StrCat(words_.edition, " ", plan.number, " · ", FormatMonth(plan.month, language_)));
    AddParagraphs(root, "EXPLANATION", content_.explanation.In(language_));
    Set(root, "DATES",
        plan.next_month.has_value()
            ? absl::StrCat(words_.next_edition, ": ", FormatMonth(*plan.next_month, language_))
            : FormatMonth(plan.month, language_));
  }

  void Headline(Part& part, const std::string& page) {
    for (const HeadlineLine& line : content_.headline) {
      Part& row = Add(part, "LINE");
      Part& link = Add(row, "LINK");
      Set(link, "URL", absl::StrCat(page, "#figure-", line.figure));
      Set(link, "TITLE", line.title.In(language_));
      Set(row, "VALUE", line.value.In(language_));
      Set(row, "N", FormatCount(line.n, language_));
    }
  }

  void DrawFigure(Page& page, Part& part, const Figure& figure) {
    const std::string& title = figure.title.In(language_);
    Set(part, "ANCHOR", absl::StrCat("figure-", figure.id));
    Set(part, "TITLE", title);
    Set(part, "DESCRIPTION", figure.provenance.description.In(language_));
    DrawChart(part, figure);
    const Table table = TableOf(figure, language_);
    const bool is_short = table.rows.size() <= kShortTable;
    Part& place = Add(part, is_short ? "SHORT_TABLE" : "LONG_TABLE");
    Set(place, "ROWS", static_cast<int64_t>(table.rows.size()));
    DrawTable(page.Include(place, "TABLE", "table.html"), title, table);
    if (table.has_suppressed) Note(part, words_.suppressed_note);
    if (table.has_empty) Note(part, words_.empty_note);
    if (figure.undetermined > 0) {
      Note(part, FormatCount(figure.undetermined, language_) + words_.undetermined);
    }
    // Schools are invited once per role, so a sum over roles means nothing.
    if (figure.kind != ValueKind::kResponse) {
      Set(Add(part, "HAS_N"), "N", FormatCount(RespondentsOf(figure), language_));
    }
    Set(part, "ANNEX_URL", "../" + AnnexPath(figure.id));
    Facts(part, figure);
  }

  void Facts(Part& part, const Figure& figure) {
    const Provenance& provenance = figure.provenance;
    const std::string& respondents = provenance.respondents.In(language_);
    const char* kind = figure.kind == ValueKind::kAmount     ? words_.source_run
                       : figure.kind == ValueKind::kResponse ? words_.source_wave
                                                             : words_.source_indicator;
    const std::string id = provenance.resource.substr(provenance.resource.find('/') + 1);
    std::string source = absl::StrCat(kind, " ", id);
    if (provenance.version > 0) {
      absl::StrAppend(&source, ", ", words_.version, " ", provenance.version);
    }
    Set(part, "SOURCE", respondents.empty() ? source : absl::StrCat(respondents, ", ", source));
    const auto fact = [&](const char* section, const char* term, std::string_view value) {
      if (value.empty()) return;
      Part& row = Add(part, section);
      Set(row, "TERM", term);
      Set(row, "VALUE", value);
    };
    fact("FACT", words_.measured, provenance.description.In(language_));
    fact("FACT", words_.respondents, respondents);
    fact("CODE", kind, provenance.resource);
    fact("CODE", words_.definition_digest, provenance.digest);
    fact("CODE", words_.data_digest, provenance.data_digest);
  }

  void DrawChart(Part& part, const Figure& figure) {
    const Chart chart = LayOut(figure, language_);
    Part& drawing = Add(part, "CHART");
    Set(drawing, "CHART_LABEL", absl::StrCat(words_.chart_of, figure.title.In(language_)));
    Set(drawing, "HEIGHT", chart.height);
    Set(drawing, "CHART_CLASS", chart.beside ? "chart beside" : "chart");
    // Beside bars, labels stand to the left of the drawing, in a margin that the style sheet
    // leaves.
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
        Part& drawn = Add(drawing, "BAR");
        Set(drawn, "TOP", bar.top);
        Set(drawn, "BASELINE", bar.baseline);
        Set(drawn, "WIDTH", bar.width);
        Set(drawn, "BAR_HEIGHT", Chart::kBarHeight);
        Set(drawn, "BAR_CLASS", bar.total ? "bar total" : "bar");
        Set(drawn, "VALUE", bar.value);
        if (!chart.track.empty()) Set(Add(drawn, "TRACK"), "TRACK_WIDTH", chart.track);
      }
    }
    if (chart.left_out > 0) {
      Set(Add(drawing, "LEFT_OUT"), "W_LEFT_OUT",
          chart.left_out == 1 ? std::string(words_.left_out_one)
                              : FormatCount(static_cast<int64_t>(chart.left_out), language_) +
                                    words_.left_out_many);
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

  static void Note(Part& part, std::string_view text) { Set(Add(part, "NOTE"), "TEXT", text); }

  const Content& content_;
  const Language language_;
  const PageWords& words_;
  const std::string& title_;
};

File MakeFile(std::string path, std::string media_type, LocalizedText title, std::string bytes) {
  File file{.path = std::move(path),
            .media_type = std::move(media_type),
            .title = std::move(title),
            .bytes = std::move(bytes)};
  file.sha256 = Sha256Hex(file.bytes);
  return file;
}

using Json = nlohmann::ordered_json;

Json ToJson(const LocalizedText& text) {
  return {{"nl", text.In(Language::kDutch)}, {"en", text.In(Language::kEnglish)}};
}

File Manifest(const Content& content, const std::vector<File>& files) {
  Json manifest = {{"edition", "editions/" + content.id},
                   {"title", ToJson(content.plan.title)},
                   {"number", content.plan.number},
                   {"edition_month", FormatDay(content.plan.month).substr(0, 7)},
                   {"synthetic", content.plan.synthetic},
                   {"inputs", Json::array()},
                   {"files", Json::array()}};
  for (const Input& input : content.inputs) {
    manifest["inputs"].push_back({{"resource", input.resource}, {"digest", input.digest}});
  }
  for (const File& file : files) {
    manifest["files"].push_back({{"path", file.path},
                                 {"title", ToJson(file.title)},
                                 {"media_type", file.media_type},
                                 {"size_bytes", file.bytes.size()},
                                 {"sha256", file.sha256}});
  }
  return MakeFile("manifest.json", "application/json",
                  {"Overzicht van alle bestanden", "List of all files"},
                  manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace

std::vector<File> RenderFiles(const Content& content) {
  std::vector<File> annexes;
  annexes.push_back(MakeFile(
      "annex/headline.csv", kCsv,
      {WordsIn(Language::kDutch).headline_annex, WordsIn(Language::kEnglish).headline_annex},
      HeadlineAnnex(content.headline)));
  for (const Figure& figure : content.figures) {
    annexes.push_back(MakeFile(AnnexPath(figure.id), kCsv, figure.title, AnnexOf(figure)));
  }
  std::vector<File> files;
  for (const Language language : kLanguages) {
    Renderer renderer(content, language);
    const std::string folder = CodeOf(language);
    const bool dutch = language == Language::kDutch;
    const LocalizedText in =
        dutch ? LocalizedText{"Nederlands", "Dutch"} : LocalizedText{"Engels", "English"};
    files.push_back(
        MakeFile(folder + "/index.html", kHtml,
                 {absl::StrCat("Rapportage (", in.nl, ")"), absl::StrCat("Report (", in.en, ")")},
                 renderer.Report(annexes)));
    files.push_back(MakeFile(
        folder + "/summary.html", kHtml,
        {absl::StrCat("Samenvatting (", in.nl, ")"), absl::StrCat("Summary (", in.en, ")")},
        renderer.Summary()));
  }
  files.push_back(MakeFile("style.css", "text/css; charset=utf-8",
                           {"Opmaak van de pagina's", "Style of the pages"},
                           std::string(StyleSheet())));
  for (File& annex : annexes) files.push_back(std::move(annex));
  const auto by_path = [](const File& a, const File& b) { return a.path < b.path; };
  std::sort(files.begin(), files.end(), by_path);
  files.push_back(Manifest(content, files));
  std::sort(files.begin(), files.end(), by_path);
  return files;
}

std::string RenderList(const std::vector<EditionLine>& editions) {
  const bool synthetic = std::any_of(editions.begin(), editions.end(),
                                     [](const EditionLine& line) { return line.synthetic; });
  Page page("editions.html", {.title = "Voortgangsrapportages · Progress reports",
                              .style_url = "style.css",
                              .synthetic = synthetic});
  Part& root = page.root();
  if (editions.empty()) {
    root.ShowSection("NONE");
    return page.Expand();
  }
  Part& some = Add(root, "SOME");
  for (const EditionLine& edition : editions) {
    Part& part = Add(some, "EDITION");
    Set(part, "URL_NL", edition.id + "/nl/");
    Set(part, "URL_EN", edition.id + "/en/");
    Set(part, "SUMMARY_URL", edition.id + "/nl/summary/");
    Set(part, "SUMMARY_URL_EN", edition.id + "/en/summary/");
    Set(part, "TITLE_NL", edition.title.In(Language::kDutch));
    Set(part, "TITLE_EN", edition.title.In(Language::kEnglish));
    Set(part, "LABEL_NL",
        absl::StrCat(WordsIn(Language::kDutch).edition, " ", edition.number, " · ",
                     FormatMonth(edition.month, Language::kDutch)));
    if (edition.synthetic) part.ShowSection("SYNTHETIC_EDITION");
  }
  return page.Expand();
}

std::string RenderNotFound() {
  static const std::string& page = *new std::string(
      Page("not_found.html", {.title = "Deze pagina bestaat niet · This page does not exist",
                              .style_url = "/editions/style.css",
                              .home_url = "/editions/"})
          .Expand());
  return page;
}

std::string_view StyleSheet() { return templates::kStyleCss; }

}  // namespace vg::report
