#include "services/report/pages/render.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include <nlohmann/json.hpp>

#include "common/digest/digest.h"
#include "common/time/clock.h"
#include "services/report/pages/annex.h"
#include "services/report/pages/catalogue.h"
#include "services/report/pages/data.h"
#include "services/report/pages/edition_pages.h"
#include "services/report/pages/page.h"
#include "services/report/pages/study.h"
#include "services/report/pages/words.h"

namespace vg::report {
namespace {

constexpr char kHtml[] = "text/html; charset=utf-8";
constexpr char kJson[] = "application/json";

using Json = nlohmann::ordered_json;

Json ToJson(const LocalizedText& text) {
  return {{"nl", text.In(Language::kDutch)}, {"en", text.In(Language::kEnglish)}};
}

bool ByPath(const File& a, const File& b) { return a.path < b.path; }

File Manifest(const Content& content, const std::vector<File>& files) {
  Json manifest = {{"edition", "editions/" + content.id},
                   {"title", ToJson(content.plan.title)},
                   {"number", content.plan.number},
                   {"edition_month", FormatDay(content.plan.month).substr(0, 7)},
                   {"synthetic", content.plan.synthetic},
                   {"revises", content.plan.revises},
                   {"inputs", Json::array()},
                   {"files", Json::array()}};
  for (const Input& input : content.inputs) {
    Json pinned = {{"resource", input.resource}, {"digest", input.digest}};
    if (input.cut_off.has_value()) pinned["cut_off_date"] = FormatDay(*input.cut_off);
    manifest["inputs"].push_back(std::move(pinned));
  }
  for (const File& file : files) {
    manifest["files"].push_back({{"path", file.path},
                                 {"title", ToJson(file.title)},
                                 {"media_type", file.media_type},
                                 {"size_bytes", file.bytes.size()},
                                 {"sha256", file.sha256}});
  }
  return MakeFile("manifest.json", kJson, {"Overzicht van alle bestanden", "List of all files"},
                  manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

// The pages of one language.
void AddPages(const Content& content, const std::vector<Study>& studies, Language language,
              std::vector<File>& files) {
  const EditionPages pages(content, studies, language);
  const std::string folder = absl::StrCat(CodeOf(language), "/");
  const bool dutch = language == Language::kDutch;
  const auto in = [&](const char* nl, const char* en) -> LocalizedText {
    return {absl::StrCat(nl, dutch ? " (Nederlands)" : " (Engels)"),
            absl::StrCat(en, dutch ? " (Dutch)" : " (English)")};
  };
  files.push_back(
      MakeFile(folder + "index.html", kHtml, in("Overzicht", "Overview"), pages.Landing()));
  files.push_back(
      MakeFile(folder + "summary.html", kHtml, in("Samenvatting", "Summary"), pages.Summary()));
  files.push_back(
      MakeFile(folder + "report.html", kHtml, in("Rapportage", "Report"), pages.Report()));
  files.push_back(
      MakeFile(folder + "annexes.html", kHtml, in("Bijlagen", "Annexes"), pages.Annexes()));
  for (const Figure& figure : content.figures) {
    files.push_back(MakeFile(absl::StrCat(folder, "figures/", figure.id, ".html"), kHtml,
                             figure.title, pages.FigurePage(figure)));
  }
}

// The numbers of each figure.
void AddAnnexes(const Content& content, std::vector<File>& files) {
  files.push_back(MakeFile(
      CsvPath("headline"), kCsvType,
      {WordsIn(Language::kDutch).headline_annex, WordsIn(Language::kEnglish).headline_annex},
      CsvOf(HeadlineSheet(content.headline))));
  for (const Figure& figure : content.figures) {
    files.push_back(MakeFile(CsvPath(figure.id), kCsvType, figure.title, CsvOf(SheetOf(figure))));
    files.push_back(MakeFile(DataPath(figure.id), kJson, figure.title, DataOf(figure)));
  }
}

// The annexes as open data: a set for each study.
void AddCatalogue(const Content& content, const std::vector<Study>& studies,
                  const std::vector<File>& annexes, std::vector<File>& files) {
  std::vector<DataSet> sets;
  for (const Study& study : studies) {
    DataSet& set = sets.emplace_back();
    set.id = "study-" + study.id;
    set.title = study.title;
    set.description = {absl::StrCat(content.plan.title.In(Language::kDutch), ": ",
                                    study.title.In(Language::kDutch)),
                       absl::StrCat(content.plan.title.In(Language::kEnglish), ": ",
                                    study.title.In(Language::kEnglish))};
    for (const File& file : study.files) set.files.push_back(&file);
    for (const Figure* figure : study.figures) {
      for (const File& file : annexes) {
        if (file.path == CsvPath(figure->id) || file.path == DataPath(figure->id)) {
          set.files.push_back(&file);
        }
      }
    }
  }
  const LocalizedText title = {WordsIn(Language::kDutch).catalogue,
                               WordsIn(Language::kEnglish).catalogue};
  File json = MakeFile("catalogue.jsonld", "application/ld+json", title, JsonLdOf(content, sets));
  File turtle =
      MakeFile("catalogue.ttl", "text/turtle; charset=utf-8", title, TurtleOf(content, sets));
  files.push_back(std::move(json));
  files.push_back(std::move(turtle));
}

}  // namespace

std::string DataPath(const std::string& id) { return absl::StrCat("annex/", id, ".json"); }

std::string CsvPath(const std::string& id) { return absl::StrCat("annex/", id, ".csv"); }

File MakeFile(std::string path, std::string media_type, LocalizedText title, std::string bytes) {
  File file{.path = std::move(path),
            .media_type = std::move(media_type),
            .title = std::move(title),
            .bytes = std::move(bytes)};
  file.sha256 = Sha256Hex(file.bytes);
  return file;
}

std::string FormatOf(const File& file) {
  const size_t dot = file.path.rfind('.');
  return absl::AsciiStrToUpper(dot == std::string::npos ? file.path : file.path.substr(dot + 1));
}

std::string SizeText(size_t bytes, Language language) {
  if (bytes < 1000) return absl::StrCat(bytes, " bytes");
  return absl::StrCat(FormatNumber(Exact(static_cast<int64_t>(bytes)) / Exact(1000), 1, language),
                      " kB");
}

std::vector<File> RenderFiles(const Content& content, ForEach for_each) {
  std::vector<Study> studies = StudiesOf(content);
  std::vector<File> files;
  // Pages and catalogue tell what the annexes are.
  for_each(studies.size() + 1, [&](size_t i) {
    if (i == studies.size()) {
      AddAnnexes(content, files);
    } else {
      AddFiles(studies[i]);
    }
  });
  std::vector<std::vector<File>> more(std::size(kLanguages) + 1);
  for_each(more.size(), [&](size_t i) {
    if (i == std::size(kLanguages)) {
      AddCatalogue(content, studies, files, more[i]);
    } else {
      AddPages(content, studies, kLanguages[i], more[i]);
    }
  });
  for (Study& study : studies) more.push_back(std::move(study.files));
  for (std::vector<File>& part : more) {
    for (File& file : part) files.push_back(std::move(file));
  }
  files.push_back(MakeFile("style.css", "text/css; charset=utf-8",
                           {"Opmaak van de pagina's", "Style of the pages"},
                           std::string(StyleSheet())));
  std::sort(files.begin(), files.end(), ByPath);
  files.push_back(Manifest(content, files));
  std::sort(files.begin(), files.end(), ByPath);
  return files;
}

}  // namespace vg::report
