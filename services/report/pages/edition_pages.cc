#include "services/report/pages/edition_pages.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/time/clock.h"
#include "services/report/domain/labels.h"
#include "services/report/domain/numbers.h"
#include "services/report/pages/figure_part.h"
#include "services/report/pages/render.h"

namespace vg::report {
namespace {

// The parts of an edition, in the order of its navigation.
struct Place {
  const char* file;
  const char* word;
};
constexpr Place kPlaces[] = {{"index.html", "W_OVERVIEW"},
                             {"report.html", "W_REPORT"},
                             {"summary.html", "W_SUMMARY"},
                             {"annexes.html", "W_ANNEXES"}};

const char* WordOf(const char* name, Language language) {
  for (const TemplateWord& word : TemplateWords()) {
    if (std::string_view(word.name) == name) return word.In(language);
  }
  return name;
}

// The sectors by the numbers of the API's enum.
LocalizedText SectorsLabel(const std::vector<int>& sectors) {
  constexpr const char* kIds[] = {"", "primary", "secondary", "special"};
  LocalizedText all;
  for (const int sector : sectors) {
    if (sector < 1 || sector > 3) continue;
    const LocalizedText label = GroupLabel("sector", kIds[sector], {});
    all.nl += (all.nl.empty() ? "" : ", ") + label.nl;
    all.en += (all.en.empty() ? "" : ", ") + label.en;
  }
  return all;
}

void AddFiles(Part& part, const char* section, const std::vector<const File*>& files,
              Language language) {
  for (const File* file : files) {
    Part& row = Add(part, section);
    Set(row, "URL", "../" + file->path);
    Set(row, "TITLE", file->title.In(language));
    Set(row, "FORMAT", FormatOf(*file));
    Set(row, "SIZE", SizeText(file->bytes.size(), language));
  }
}

}  // namespace

EditionPages::EditionPages(const Content& content, const std::vector<Study>& studies,
                           Language language)
    : content_(content),
      studies_(studies),
      language_(language),
      words_(WordsIn(language)),
      title_(content.plan.title.In(language)) {}

Page EditionPages::Start(const char* page_template, const std::string& file,
                         const std::string& title, const std::string& up) const {
  const char* other = language_ == Language::kDutch ? "en" : "nl";
  PageHead head{.language = language_,
                .title = absl::StrCat(title, " · ", FormatMonth(content_.plan.month, language_)),
                .style_url = up + "../style.css",
                .other_url = absl::StrCat(up, "../", other, "/", file),
                .home_url = up + "../../",
                .synthetic = content_.plan.synthetic};
  for (const Place& place : kPlaces) {
    head.navigation.push_back({.url = up + place.file,
                               .title = WordOf(place.word, language_),
                               .current = file == place.file});
  }
  return Page(page_template, head);
}

void EditionPages::AddTitle(Part& root) const {
  const EditionPlan& plan = content_.plan;
  Set(root, "TITLE", title_);
  Set(root, "EDITION",
      absl::StrCat(words_.edition, " ", plan.number, " · ", FormatMonth(plan.month, language_)));
}

void EditionPages::AddHeadline(Part& part, const std::string& report) const {
  for (const HeadlineLine& line : content_.headline) {
    Part& row = Add(part, "LINE");
    Part& link = Add(row, "LINK");
    Set(link, "URL", absl::StrCat(report, line.figure, ".html"));
    Set(link, "TITLE", line.title.In(language_));
    Set(row, "VALUE", line.value.In(language_));
    Set(row, "N", line.n > 0 ? FormatCount(line.n, language_) : "–");
  }
}

void EditionPages::AddAbout(Part& root) const {
  const EditionPlan& plan = content_.plan;
  const auto fact = [&](const char* term, const std::string& value) {
    if (value.empty()) return;
    Part& row = Add(root, "ABOUT");
    Set(row, "TERM", term);
    Set(row, "VALUE", value);
  };
  const auto day = [this](const std::optional<absl::CivilDay>& date) {
    return date.has_value() ? FormatLongDay(*date, language_) : std::string();
  };
  fact(words_.edition, std::to_string(plan.number));
  fact(words_.sectors,
       plan.sectors.empty() ? words_.all_sectors : SectorsLabel(plan.sectors).In(language_));
  fact(words_.planned, day(plan.planned_date));
  for (const Input& input : content_.inputs) fact(words_.cut_off, day(input.cut_off));
  if (plan.next_month.has_value()) {
    fact(words_.next_edition, FormatMonth(*plan.next_month, language_));
  }
  if (!plan.revises.empty()) {
    fact(words_.revises, absl::StrCat(plan.revises.substr(plan.revises.find('/') + 1), ". ",
                                      plan.revision_reason.In(language_)));
  }
}

void EditionPages::AddInputs(Part& root) const {
  Set(root, "INPUT_COUNT", static_cast<int64_t>(content_.inputs.size()));
  for (const Input& input : content_.inputs) {
    Part& part = Add(root, "INPUT");
    Set(part, "RESOURCE", input.resource);
    Set(part, "DIGEST", input.digest);
  }
}

std::string EditionPages::Landing() const {
  Page page = Start("landing.html", "index.html", title_);
  Part& root = page.root();
  AddTitle(root);
  AddParagraphs(root, "EXPLANATION", content_.explanation.In(language_), "figures/");
  if (!content_.headline.empty()) {
    AddHeadline(page.Include(Add(root, "HAS_HEADLINE"), "HEADLINE", "headline.html"), "figures/");
  }
  AddAbout(root);
  return page.Expand();
}

std::string EditionPages::Summary() const {
  Page page = Start("summary.html", "summary.html",
                    absl::StrCat(WordOf("W_SUMMARY", language_), ": ", title_));
  Part& root = page.root();
  AddTitle(root);
  if (!content_.headline.empty()) {
    AddHeadline(page.Include(Add(root, "HAS_HEADLINE"), "HEADLINE", "headline.html"), "figures/");
  }
  for (size_t i = 0; i < content_.plan.sections.size(); ++i) {
    const RichText& text = content_.texts[i].In(language_);
    if (text.empty()) continue;
    Part& part = Add(root, "SECTION");
    Set(part, "ANCHOR", absl::StrCat("section-", content_.plan.sections[i].id));
    Set(part, "TITLE", content_.plan.sections[i].title.In(language_));
    AddParagraphs(part, "PARAGRAPH", text, "figures/");
  }
  return page.Expand();
}

std::string EditionPages::Report() const {
  Page page = Start("report.html", "report.html",
                    absl::StrCat(WordOf("W_REPORT", language_), ": ", title_));
  Part& root = page.root();
  AddTitle(root);
  for (size_t i = 0; i < content_.plan.sections.size(); ++i) {
    const SectionPlan& section = content_.plan.sections[i];
    const std::string& title = section.title.In(language_);
    Part& entry = Add(root, "ENTRY");
    Set(entry, "URL", absl::StrCat("#section-", section.id));
    Set(entry, "TITLE", title);
    Part& part = Add(root, "SECTION");
    Set(part, "ANCHOR", absl::StrCat("section-", section.id));
    Set(part, "TITLE", title);
    AddParagraphs(part, "PARAGRAPH", content_.texts[i].In(language_), "figures/");
    for (const FigurePlan& plan : section.figures) {
      const Figure* figure = content_.FindFigure(plan.id);
      if (figure == nullptr) continue;
      DrawFigure(page, page.Include(part, "FIGURE", "figure.html"), *figure,
                 {.page = absl::StrCat("figures/", figure->id, ".html"),
                  .csv = "../" + CsvPath(figure->id),
                  .json = "../" + DataPath(figure->id)},
                 language_);
    }
  }
  return page.Expand();
}

std::string EditionPages::Annexes() const {
  Page page = Start("annexes.html", "annexes.html",
                    absl::StrCat(WordOf("W_ANNEXES", language_), ": ", title_));
  Part& root = page.root();
  AddTitle(root);
  for (const Study& study : studies_) {
    Part& part = Add(root, "STUDY");
    Set(part, "ANCHOR", absl::StrCat("study-", study.id));
    Set(part, "TITLE", study.title.In(language_));
    std::vector<const File*> files;
    for (const File& file : study.files) files.push_back(&file);
    AddFiles(part, "FILE", files, language_);
    Set(part, "COUNT", static_cast<int64_t>(study.figures.size()));
    for (const Figure* figure : study.figures) {
      Part& row = Add(part, "TABLE_FILE");
      Set(row, "PAGE_URL", absl::StrCat("figures/", figure->id, ".html"));
      Set(row, "CSV_URL", "../" + CsvPath(figure->id));
      Set(row, "JSON_URL", "../" + DataPath(figure->id));
      Set(row, "TITLE", figure->title.In(language_));
    }
  }
  if (!content_.plan.documents.empty()) AddDocuments(Add(root, "HAS_DOCUMENTS"));
  Set(root, "CATALOGUE", words_.catalogue);
  AddInputs(root);
  return page.Expand();
}

void EditionPages::AddDocuments(Part& part) const {
  for (const ExternalDocument& document : content_.plan.documents) {
    Part& row = Add(part, "DOCUMENT");
    Set(row, "URL", document.url);
    Set(row, "TITLE", document.title.In(language_));
    if (document.link_only) Set(Add(row, "LINK_ONLY"), "WORDS", words_.link_only);
  }
}

std::string EditionPages::FigurePage(const Figure& figure) const {
  const std::string& title = figure.title.In(language_);
  Page page = Start("figure_page.html", absl::StrCat("figures/", figure.id, ".html"), title, "../");
  Part& root = page.root();
  AddTitle(root);
  Set(root, "TITLE", title);
  Set(root, "BACK_URL", absl::StrCat("../report.html#figure-", figure.id));
  DrawFigure(
      page, page.Include(root, "FIGURE", "figure.html"), figure,
      {.page = "", .csv = "../../" + CsvPath(figure.id), .json = "../../" + DataPath(figure.id)},
      language_);
  DrawFacts(root, figure, language_);
  return page.Expand();
}

}  // namespace vg::report
