// The pages of an edition in one language.

#ifndef VG_SERVICES_REPORT_PAGES_EDITION_PAGES_H_
#define VG_SERVICES_REPORT_PAGES_EDITION_PAGES_H_

#include <string>
#include <vector>

#include "services/report/domain/edition.h"
#include "services/report/pages/page.h"
#include "services/report/pages/study.h"
#include "services/report/pages/words.h"

namespace vg::report {

// Borrows what it is given. Links are relative, so that the files can be read from a folder, too.
class EditionPages {
 public:
  EditionPages(const Content& content, const std::vector<Study>& studies, Language language);

  std::string Landing() const;
  std::string Summary() const;
  std::string Report() const;
  std::string Annexes() const;
  std::string FigurePage(const Figure& figure) const;

 private:
  // A page of the edition: `file` within the folder of the language, `up` from there to it.
  Page Start(const char* page_template, const std::string& file, const std::string& title,
             const std::string& up = "") const;
  void AddTitle(Part& root) const;
  void AddHeadline(Part& part, const std::string& report) const;
  void AddAbout(Part& root) const;
  void AddInputs(Part& root) const;
  void AddDocuments(Part& part) const;

  const Content& content_;
  const std::vector<Study>& studies_;
  const Language language_;
  const PageWords& words_;
  const std::string& title_;
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_EDITION_PAGES_H_
