#include "services/report/pages/site_pages.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/report/domain/numbers.h"
#include "services/report/pages/page.h"
#include "services/report/pages/words.h"

namespace vg::report {

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
  for (size_t i = 0; i < editions.size(); ++i) {
    const EditionLine& edition = editions[i];
    Part& part = Add(some, "EDITION");
    Set(part, "URL_NL", edition.id + "/nl/");
    Set(part, "URL_EN", edition.id + "/en/");
    Set(part, "SUMMARY_URL", edition.id + "/nl/summary.html");
    Set(part, "SUMMARY_URL_EN", edition.id + "/en/summary.html");
    Set(part, "TITLE_NL", edition.title.In(Language::kDutch));
    Set(part, "TITLE_EN", edition.title.In(Language::kEnglish));
    Set(part, "LABEL_NL",
        absl::StrCat(WordsIn(Language::kDutch).edition, " ", edition.number, " · ",
                     FormatMonth(edition.month, Language::kDutch)));
    if (edition.synthetic) part.ShowSection("SYNTHETIC_EDITION");
    if (i + 1 < editions.size()) {
      Set(Add(part, "COMPARE"), "URL",
          absl::StrCat(edition.id, "/nl/compare/", editions[i + 1].id, "/"));
    }
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

std::string WithRevisionNotice(std::string page, Language language, const std::string& successor,
                               const LocalizedText& reason) {
  constexpr std::string_view kPlace = "<main id=\"main\" tabindex=\"-1\">";
  const size_t at = page.find(kPlace);
  if (at == std::string::npos) return page;
  Page notice("notice.html", {.language = language});
  Set(notice.root(), "URL", absl::StrCat("/editions/", successor, "/", CodeOf(language), "/"));
  AddParagraphs(notice.root(), "REASON", {{.text = reason.In(language), .figure = ""}}, "");
  page.insert(at + kPlace.size(), "\n" + notice.Expand());
  return page;
}

}  // namespace vg::report
