#include "services/report/pages/page.h"

#include <cstdint>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ctemplate/template.h"
#include "ctemplate/template_cache.h"

#include "common/digest/digest.h"
#include "common/log/log.h"
#include "services/report/pages/templates.h"
#include "services/report/pages/words.h"

namespace vg::report {
namespace {

using ctemplate::TemplateString;

struct Source {
  const char* name;
  std::string_view text;
};
constexpr Source kSources[] = {{"head.html", templates::kHeadHtml},
                               {"foot.html", templates::kFootHtml},
                               {"headline.html", templates::kHeadlineHtml},
                               {"figure.html", templates::kFigureHtml},
                               {"table.html", templates::kTableHtml},
                               {"report.html", templates::kReportHtml},
                               {"landing.html", templates::kLandingHtml},
                               {"annexes.html", templates::kAnnexesHtml},
                               {"figure_page.html", templates::kFigurePageHtml},
                               {"compare.html", templates::kCompareHtml},
                               {"live.html", templates::kLiveHtml},
                               {"refusal.html", templates::kRefusalHtml},
                               {"summary.html", templates::kSummaryHtml},
                               {"editions.html", templates::kEditionsHtml},
                               {"not_found.html", templates::kNotFoundHtml},
                               {"notice.html", templates::kNoticeHtml}};

constexpr ctemplate::Strip kStrip = ctemplate::STRIP_BLANK_LINES;

TemplateString Ts(std::string_view text) { return TemplateString(text.data(), text.size()); }

// The templates are part of the program: one that does not parse is a fault of the program.
ctemplate::TemplateCache& Templates() {
  static ctemplate::TemplateCache& cache = *[] {
    auto* made = new ctemplate::TemplateCache;
    for (const Source& source : kSources) {
      if (!made->StringToTemplateCache(source.name, Ts(source.text), kStrip)) {
        LOG(ERROR) << "the template " << source.name << " does not parse";
        std::abort();
      }
    }
    made->Freeze();
    return made;
  }();
  return cache;
}

void AddNavigation(Part& navigation, const std::vector<PageLink>& links) {
  for (const PageLink& link : links) {
    Part& entry = Add(navigation, "PLACE");
    Set(entry, "PLACE_URL", link.url);
    Set(entry, "PLACE_TITLE", link.title);
    if (link.current) entry.ShowSection("CURRENT");
  }
}

}  // namespace

const std::string& TemplatesDigest() {
  static const std::string& digest = *[] {
    DigestBuilder builder("voortgang.report.templates.v1");
    for (const Source& source : kSources) builder.Text(source.name).Text(source.text);
    for (const TemplateWord& word : TemplateWords()) {
      builder.Text(word.name).Text(word.nl).Text(word.en);
    }
    return new std::string(builder.Text(templates::kStyleCss).Finish());
  }();
  return digest;
}

void Set(Part& part, const char* name, std::string_view value) { part.SetValue(name, Ts(value)); }

void Set(Part& part, const char* name, int64_t value) { Set(part, name, std::to_string(value)); }

Part& Add(Part& part, const char* section) { return *part.AddSectionDictionary(section); }

void AddParagraphs(Part& part, const char* section, const RichText& text,
                   const std::string& figures) {
  for (const RichText& paragraph : Paragraphs(text)) {
    Part& added = Add(part, section);
    for (const Span& span : paragraph) {
      Part& piece = Add(added, "SPAN");
      if (span.figure.empty()) {
        Set(Add(piece, "PLAIN"), "TEXT", span.text);
      } else {
        Part& link = Add(piece, "FIGURE_LINK");
        Set(link, "URL", absl::StrCat(figures, span.figure, ".html"));
        Set(link, "TEXT", span.text);
      }
    }
  }
}

std::string_view StyleSheet() { return templates::kStyleCss; }

Page::Page(std::string name, const PageHead& head) : name_(std::move(name)), root_(name_) {
  for (const TemplateWord& word : TemplateWords()) {
    root_.SetTemplateGlobalValue(word.name, word.In(head.language));
  }
  root_.SetTemplateGlobalValue("LANG", CodeOf(head.language));
  Part& top = Include(root_, "HEAD", "head.html");
  Part& bottom = Include(root_, "FOOT", "foot.html");
  Set(top, "PAGE_TITLE", head.title);
  Set(top, "STYLE_URL", head.style_url);
  if (head.home_url.empty()) {
    top.ShowSection("NO_HOME");
  } else {
    Set(Add(top, "HOME"), "HOME_URL", head.home_url);
  }
  if (!head.other_url.empty()) {
    Part& other = Add(top, "OTHER");
    Set(other, "OTHER_URL", head.other_url);
    Set(other, "OTHER_LANG", head.language == Language::kDutch ? "en" : "nl");
  }
  if (!head.navigation.empty()) AddNavigation(Add(top, "NAVIGATION"), head.navigation);
  if (head.synthetic) {
    top.ShowSection("SYNTHETIC");
    bottom.ShowSection("SYNTHETIC");
  }
}

Part& Page::Include(Part& part, const char* name, const char* file) {
  Part* included = part.AddIncludeDictionary(name);
  included->SetFilename(file);
  return *included;
}

std::string Page::Expand() const {
  std::string html;
  if (!Templates().ExpandNoLoad(name_, kStrip, &root_, nullptr, &html)) {
    LOG(ERROR) << "the page " << name_ << " cannot be made";
    std::abort();
  }
  return html;
}

}  // namespace vg::report
