// The figures of one underlying study, with the files that hold them.

#ifndef VG_SERVICES_REPORT_PAGES_STUDY_H_
#define VG_SERVICES_REPORT_PAGES_STUDY_H_

#include <string>
#include <vector>

#include "services/report/domain/edition.h"
#include "services/report/domain/figure.h"

namespace vg::report {

struct Study {
  std::string id;  // "staff", "money"
  LocalizedText title;
  std::vector<const Figure*> figures;  // In the order of the report.
  // All tables (ODS); codebook, what is not shown and, of estimates, how it is protected (CSV).
  std::vector<File> files;
};

// The studies of an edition, in the order of their first figures, without files. Borrows the
// figures.
std::vector<Study> StudiesOf(const Content& content);

void AddFiles(Study& study);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_STUDY_H_
