#include "services/report/pages/comparison_page.h"

#include "absl/strings/str_cat.h"

#include "services/report/domain/numbers.h"
#include "services/report/pages/page.h"
#include "services/report/pages/words.h"

namespace vg::report {
namespace {

std::string ValueOf(const Figure& figure, const Cell& cell, Language language) {
  return cell.state == CellState::kShown ? FormatValue(figure, cell, language) : "–";
}

std::string DifferenceOf(const Figure& figure, const ComparedCell& cell, Language language) {
  if (!cell.difference.has_value()) return "–";
  Figure change{.kind = ValueKind::kChange, .unit = figure.unit};
  return FormatValue(change, {.state = CellState::kShown, .value = *cell.difference}, language);
}

void AddRow(Part& part, const Figure& figure, const ComparedCell& cell, const std::string& head,
            Language language) {
  Part& row = Add(part, "ROW");
  Set(row, "HEAD", head);
  Set(row, "BEFORE", ValueOf(figure, cell.before, language));
  Set(row, "AFTER", ValueOf(figure, cell.after, language));
  Set(row, "DIFFERENCE", DifferenceOf(figure, cell, language));
  Set(row, "CHANCE",
      cell.p_value.has_value() ? FormatNumber(*cell.p_value, 3, language) : std::string("–"));
}

}  // namespace

std::string RenderComparison(const EditionLine& before, const EditionLine& after,
                             const std::vector<ComparedFigure>& figures, Language language) {
  const PageWords& words = WordsIn(language);
  const auto name = [&](const EditionLine& edition) {
    return absl::StrCat(words.edition, " ", edition.number, " · ",
                        FormatMonth(edition.month, language));
  };
  const char* other = language == Language::kDutch ? "en" : "nl";
  const std::string title = absl::StrCat(words.comparison, ": ", name(before), " – ", name(after));
  Page page("compare.html", {.language = language,
                             .title = title,
                             .style_url = "/editions/style.css",
                             .other_url = absl::StrCat("/editions/", after.id, "/", other,
                                                       "/compare/", before.id, "/"),
                             .home_url = "/editions/",
                             .synthetic = before.synthetic || after.synthetic});
  Part& root = page.root();
  Set(root, "TITLE", title);
  Set(root, "BEFORE_NAME", name(before));
  Set(root, "AFTER_NAME", name(after));
  Set(root, "BEFORE_URL", absl::StrCat("/editions/", before.id, "/", CodeOf(language), "/"));
  Set(root, "AFTER_URL", absl::StrCat("/editions/", after.id, "/", CodeOf(language), "/"));
  Set(root, "NOTE", words.comparison_note);
  Set(root, "DIFFERENCE_HEAD", words.change);
  Set(root, "CHANCE_HEAD", words.p_value);
  if (figures.empty()) Set(Add(root, "NONE"), "TEXT", words.comparison_none);
  for (const ComparedFigure& compared : figures) {
    const Figure& figure = *compared.after;
    Part& part = Add(root, "FIGURE");
    Set(part, "TITLE", figure.title.In(language));
    Set(part, "URL",
        absl::StrCat("/editions/", after.id, "/", CodeOf(language), "/figures/", figure.id,
                     ".html"));
    for (const ComparedCell& cell : compared.cells) {
      AddRow(part, figure, cell,
             cell.category.id.empty() ? std::string(words.total) : cell.category.text.In(language),
             language);
    }
  }
  return page.Expand();
}

}  // namespace vg::report
