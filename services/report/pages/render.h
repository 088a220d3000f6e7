// The files of an edition.

#ifndef VG_SERVICES_REPORT_PAGES_RENDER_H_
#define VG_SERVICES_REPORT_PAGES_RENDER_H_

#include <string>
#include <string_view>
#include <vector>

#include "services/report/domain/edition.h"

namespace vg::report {

// Pages and summaries in both languages, annexes, style sheet, and a manifest with the SHA-256 of
// all of them; by path. The same content gives the same bytes. Links are relative, so that the
// files can be read from a folder, too.
std::vector<File> RenderFiles(const Content& content);

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

// The style sheet of the pages above.
std::string_view StyleSheet();

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_RENDER_H_
