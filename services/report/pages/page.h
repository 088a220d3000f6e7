// One page, made from a template.
//
// The library is ctemplate: it parses the HTML of a template and escapes every value for the place
// where it stands (text, attribute, address), so that a page cannot forget to. Nothing else in this
// suite writes HTML.

#ifndef VG_SERVICES_REPORT_PAGES_PAGE_H_
#define VG_SERVICES_REPORT_PAGES_PAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "ctemplate/template_dictionary.h"

#include "services/report/domain/rich_text.h"
#include "services/report/domain/text.h"

namespace vg::report {

// SHA-256 over the templates, their words and the style sheet: what pages are made by.
const std::string& TemplatesDigest();

// The style sheet of all pages.
std::string_view StyleSheet();

// A part of a page that templates repeat or leave out: {{#NAME}} … {{/NAME}}.
using Part = ctemplate::TemplateDictionary;

void Set(Part& part, const char* name, std::string_view value);
void Set(Part& part, const char* name, int64_t value);
Part& Add(Part& part, const char* section);

// `text` in paragraphs, each a `section`; what it says of figures is linked to their pages, which
// lie in the folder `figures` ("figures/").
void AddParagraphs(Part& part, const char* section, const RichText& text,
                   const std::string& figures);

// A link of the navigation.
struct PageLink {
  std::string url;
  std::string title;
  bool current = false;  // It leads to the page itself.
};

// What the head of a page says.
struct PageHead {
  Language language = Language::kDutch;
  std::string title;
  std::string style_url;
  std::string other_url;  // The page in the other language; empty if there is none.
  std::string home_url;   // The list of editions; empty on the list itself.
  std::vector<PageLink> navigation;
  bool synthetic = false;
};

// A page under way. Not thread-safe; several may be made at once.
class Page {
 public:
  // `name`: the template's, "report.html".
  Page(std::string name, const PageHead& head);

  Part& root() { return root_; }
  // Puts another template in the place {{>name}} of `part` and returns its part.
  Part& Include(Part& part, const char* name, const char* file);

  std::string Expand() const;

 private:
  const std::string name_;
  Part root_;
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_PAGE_H_
