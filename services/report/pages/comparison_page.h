// Two editions side by side, as a page.

#ifndef VG_SERVICES_REPORT_PAGES_COMPARISON_PAGE_H_
#define VG_SERVICES_REPORT_PAGES_COMPARISON_PAGE_H_

#include <string>
#include <vector>

#include "services/report/domain/comparison.h"
#include "services/report/domain/text.h"
#include "services/report/pages/site_pages.h"

namespace vg::report {

// The page /editions/{after}/{language}/compare/{before}/.
std::string RenderComparison(const EditionLine& before, const EditionLine& after,
                             const std::vector<ComparedFigure>& figures, Language language);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_COMPARISON_PAGE_H_
