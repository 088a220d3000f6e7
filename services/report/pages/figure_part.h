// A figure on a page: chart, table, notes and where it comes from.

#ifndef VG_SERVICES_REPORT_PAGES_FIGURE_PART_H_
#define VG_SERVICES_REPORT_PAGES_FIGURE_PART_H_

#include <string>

#include "services/report/domain/figure.h"
#include "services/report/pages/page.h"

namespace vg::report {

// Where things are, seen from the page.
struct FigureLinks {
  std::string page;  // The figure's own page; empty on that page itself.
  std::string csv;
  std::string json;
};

// Fills `part`, of the template figure.html on `page`.
void DrawFigure(Page& page, Part& part, const Figure& figure, const FigureLinks& links,
                Language language);

// Fills the list of what there is to know about the figure, of the template figure_page.html.
void DrawFacts(Part& part, const Figure& figure, Language language);

// "indicator mr-consent, version 2".
std::string SourceOf(const Figure& figure, Language language);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_FIGURE_PART_H_
