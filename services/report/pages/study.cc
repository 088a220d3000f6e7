#include "services/report/pages/study.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/report/domain/labels.h"
#include "services/report/pages/annex.h"
#include "services/report/pages/ods.h"
#include "services/report/pages/render.h"
#include "services/report/pages/words.h"

namespace vg::report {
namespace {

// "Alle tabellen: Schoolprogramma's".
LocalizedText TitleOf(const char* PageWords::*what, const LocalizedText& study) {
  return {absl::StrCat(WordsIn(Language::kDutch).*what, ": ", study.In(Language::kDutch)),
          absl::StrCat(WordsIn(Language::kEnglish).*what, ": ", study.In(Language::kEnglish))};
}

}  // namespace

std::vector<Study> StudiesOf(const Content& content) {
  std::vector<Study> studies;
  for (const Figure& figure : content.figures) {
    const std::string& id = figure.provenance.study.empty() ? "other" : figure.provenance.study;
    auto found = std::find_if(studies.begin(), studies.end(),
                              [&id](const Study& study) { return study.id == id; });
    if (found == studies.end()) {
      studies.push_back({.id = id, .title = StudyLabel(id)});
      found = studies.end() - 1;
    }
    found->figures.push_back(&figure);
  }
  return studies;
}

void AddFiles(Study& study) {
  const DataSheet codebook = CodebookOf(study.figures);
  const DataSheet suppressed = SuppressedOf(study.figures);
  const DataSheet protections = ProtectionsOf(study.figures);
  const DataSheet known = KnownRangesOf(study.figures);
  std::vector<DataSheet> sheets = {codebook};
  for (const Figure* figure : study.figures) sheets.push_back(SheetOf(*figure));
  sheets.insert(sheets.end(), {suppressed, protections, known});
  const std::string folder = absl::StrCat("study/", study.id, "/");
  study.files.push_back(MakeFile(folder + "tables.ods", kOdsType,
                                 TitleOf(&PageWords::tables, study.title), OdsOf(sheets)));
  const auto add = [&](const char* PageWords::*what, const DataSheet& sheet) {
    study.files.push_back(MakeFile(absl::StrCat(folder, sheet.name, ".csv"), kCsvType,
                                   TitleOf(what, study.title), CsvOf(sheet)));
  };
  add(&PageWords::codebook, codebook);
  add(&PageWords::not_shown, suppressed);
  if (protections.rows.empty()) return;
  add(&PageWords::protection, protections);
  add(&PageWords::known_ranges, known);
}

}  // namespace vg::report
