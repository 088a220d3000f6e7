// Pages that are made when they are asked for, and what is added to those of an edition.

#ifndef VG_SERVICES_REPORT_PAGES_SITE_PAGES_H_
#define VG_SERVICES_REPORT_PAGES_SITE_PAGES_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"

#include "services/report/domain/text.h"

namespace vg::report {

// An edition on the list of editions.
struct EditionLine {
  std::string id;
  LocalizedText title;
  int number = 0;
  absl::CivilDay month;
  bool synthetic = false;
};

// The list of published editions, as given.
std::string RenderList(const std::vector<EditionLine>& editions);

// The page for what does not exist.
std::string RenderNotFound();

// `page`, an HTML file of an edition, with a notice that it was revised by the edition `successor`
// and why. Any other file comes back as it is.
std::string WithRevisionNotice(std::string page, Language language, const std::string& successor,
                               const LocalizedText& reason);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_SITE_PAGES_H_
