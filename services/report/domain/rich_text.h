// Text whose figures can be followed to where they come from.

#ifndef VG_SERVICES_REPORT_DOMAIN_RICH_TEXT_H_
#define VG_SERVICES_REPORT_DOMAIN_RICH_TEXT_H_

#include <string>
#include <vector>

#include "common/numeric/format.h"

namespace vg::report {

// A piece of text, perhaps about a figure.
struct Span {
  std::string text;
  std::string figure;  // The figure's id; empty: plain text.
  friend bool operator==(const Span&, const Span&) = default;
};

using RichText = std::vector<Span>;

// Its words without links.
std::string PlainText(const RichText& text);

// Paragraphs: what is apart by an empty line in plain text. Blanks at their ends are gone.
std::vector<RichText> Paragraphs(const RichText& text);

struct LocalizedRichText {
  RichText nl;
  RichText en;  // Empty: there is none, and the Dutch is read.

  const RichText& In(Language language) const {
    return language == Language::kEnglish && !en.empty() ? en : nl;
  }
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_RICH_TEXT_H_
