#include "services/report/pages/render.h"

#include <algorithm>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/digest/digest.h"
#include "common/testing/status_matchers.h"
#include "common/text/csv.h"
#include "services/report/domain/examples.h"
#include "services/report/pages/page.h"
#include "services/report/pages/site_pages.h"
#include <re2/re2.h>

namespace vg::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Tries to leave a text, an attribute, a comment, a CDATA section, an address.
constexpr char kHostile[] =
    "\"'><script>alert(1)</script><img src=x onerror=alert(2)>]]>--><!--&{{TITLE}}";
constexpr char kHostileUrl[] = "javascript:alert(3)";

Content Example(const std::string& name) {
  EditionPlan plan{.title = {name, ""},
                   .number = 2,
                   .month = absl::CivilDay(2022, 4, 1),
                   .explanation = {name, ""},
                   .snapshot = "snapshots/one"};
  plan.headline = {{{name, ""}, "consent", ""}};
  plan.sections.push_back({.id = "all",
                           .title = {name, ""},
                           .text = {name, ""},
                           .figures = {{.id = "consent"}, {.id = "choices"}, {.id = "money"}}});
  Content content{.id = "2022-04",
                  .plan = std::move(plan),
                  .inputs = {{"snapshots/" + name, name}},
                  .figures = {BreakdownFigure(), DistributionFigure(), MoneyFigure()}};
  for (Figure& figure : content.figures) {
    figure.title = {name, ""};
    for (Label& label : figure.groups) label.text = {name, ""};
    for (Label& label : figure.categories) label.text = {name, ""};
    figure.provenance = {.resource = "indicators/" + name,
                         .version = 1,
                         .digest = name,
                         .data_digest = name,
                         .description = {name, ""},
                         .respondents = {name, ""},
                         .study = "programme",
                         .questions = {{name, ""}},
                         .method = {name, ""}};
  }
  content.headline = {{.title = {name, ""}, .value = {name, ""}, .n = 10, .figure = name}};
  content.texts = {{.nl = {{name, ""}, {name, "consent"}}, .en = {}}};
  content.explanation = {.nl = {{name, ""}}, .en = {}};
  return content;
}

const File& Find(const std::vector<File>& files, std::string_view path) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const File& file) { return file.path == path; });
  EXPECT_NE(found, files.end()) << path;
  return *found;
}

// The attributes of the page that hold addresses, without those written in the templates.
std::vector<std::string> Addresses(const std::string& html) {
  std::vector<std::string> addresses;
  for (size_t at = html.find("href=\""); at != std::string::npos; at = html.find("href=\"", at)) {
    at += 6;
    addresses.push_back(html.substr(at, html.find('"', at) - at));
  }
  return addresses;
}

TEST(RenderTest, EscapesEveryTextFromOutside) {
  for (const char* name : {kHostile, kHostileUrl}) {
    const std::vector<File> files = RenderFiles(Example(name));
    for (const File& file : files) {
      if (file.media_type.find("html") == std::string::npos) continue;
      EXPECT_THAT(file.bytes, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")),
                                    Not(HasSubstr("]]>")), Not(HasSubstr("<!--"))))
          << file.path;
      for (const std::string& address : Addresses(file.bytes)) {
        EXPECT_TRUE(RE2::FullMatch(address, R"((\.\./)*([a-z_/.-]*|figures/.*)(#[a-z0-9-]*)?)"))
            << file.path << ": " << address;
      }
    }
  }
  const std::string list = RenderList({{.id = kHostileUrl, .title = {kHostile, kHostile}}});
  EXPECT_THAT(list, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("href=\"javascript"))));
  EXPECT_THAT(list, HasSubstr("&lt;script&gt;"));
}

TEST(RenderTest, ShowsHostileTextAsWhatItIs) {
  const std::vector<File> files = RenderFiles(Example(kHostile));
  for (const char* path : {"nl/index.html", "nl/report.html", "nl/figures/consent.html"}) {
    EXPECT_THAT(Find(files, path).bytes, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
    EXPECT_THAT(Find(files, path).bytes, HasSubstr("{{TITLE}}"));
  }
}

TEST(RenderTest, LoadsNothingFromElsewhereAndRunsNothing) {
  for (const File& file : RenderFiles(Example("Naam"))) {
    if (file.media_type.find("html") == std::string::npos) continue;
    EXPECT_THAT(file.bytes,
                AllOf(Not(HasSubstr("<script")), Not(HasSubstr("src=")), Not(HasSubstr(" style=")),
                      Not(HasSubstr("<style")), Not(HasSubstr("javascript:"))));
    for (const std::string& address : Addresses(file.bytes)) {
      EXPECT_EQ(address.find("//"), std::string::npos) << file.path << ": " << address;
    }
  }
  EXPECT_EQ(StyleSheet().find("url("), std::string_view::npos);
  EXPECT_EQ(StyleSheet().find("@import"), std::string_view::npos);
}

TEST(RenderTest, SaysItsLanguageAndHasLandmarksAndTableHeads) {
  const std::vector<File> files = RenderFiles(Example("Naam"));
  EXPECT_THAT(Find(files, "nl/index.html").bytes, HasSubstr("<html lang=\"nl\">"));
  const std::string& page = Find(files, "en/report.html").bytes;
  EXPECT_THAT(page, HasSubstr("<html lang=\"en\">"));
  for (const char* part :
       {"class=\"skip\" href=\"#main\"", "<main id=\"main\"", "<header", "<nav", "<footer",
        "<caption>", "scope=\"col\"", "scope=\"row\"", "role=\"img\"", "hreflang=\"nl\""}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_EQ(page.find("<h1"), page.rfind("<h1"));
}

TEST(RenderTest, MarksMadeUpDataOnEveryPage) {
  Content content = Example("Naam");
  for (const bool synthetic : {false, true}) {
    content.plan.synthetic = synthetic;
    for (const File& file : RenderFiles(content)) {
      if (file.media_type.find("html") == std::string::npos) continue;
      EXPECT_EQ(file.bytes.find("class=\"synthetic\"") != std::string::npos, synthetic)
          << file.path;
    }
  }
  EXPECT_THAT(RenderList({{.id = "a", .synthetic = true}}), HasSubstr("class=\"synthetic\""));
  EXPECT_THAT(RenderList({{.id = "a"}}), Not(HasSubstr("class=\"synthetic\"")));
}

TEST(RenderTest, ShowsSuppressedCellsAsADashWithANote) {
  const std::vector<File> files = RenderFiles(Example("Naam"));
  const std::string& page = Find(files, "nl/report.html").bytes;
  EXPECT_THAT(page, HasSubstr("–<span class=\"hidden\"> (niet getoond)</span>"));
  EXPECT_THAT(page, HasSubstr("– : niet getoond"));
}

TEST(RenderTest, NamesTheSourceAndTheNumberBehindEveryFigure) {
  const std::vector<File> files = RenderFiles(Example("naam"));
  EXPECT_THAT(Find(files, "nl/report.html").bytes,
              HasSubstr("Bron: naam, indicator naam, versie 1 · n = 1.000 · "));
  EXPECT_THAT(Find(files, "en/report.html").bytes, HasSubstr("version 1 · n = 1,000 · "));
}

TEST(RenderTest, GivesEveryFigureAPageWithDefinitionQuestionIntervalSourceAndDigest) {
  Content content = Example("naam");
  Figure& figure = content.figures[0];
  figure.cells[0][0].interval = Interval{Exact::FromScaled(588, 3), Exact::FromScaled(636, 3)};
  figure.population = 6800;
  figure.provenance.description = {"Wat is gemeten", ""};
  figure.provenance.questions = {{"Stemde de MR in?", ""}};
  figure.provenance.data_digest = "d1935";
  const std::vector<File> files = RenderFiles(content);
  const std::string& page = Find(files, "nl/figures/consent.html").bytes;
  for (const char* part :
       {"Wat is gemeten", "Stemde de MR in?", "1.000", "6.800", "58,8% – 63,6%", "indicators/naam",
        "d1935", "href=\"../report.html#figure-consent\"", "href=\"../../annex/consent.csv\"",
        "href=\"../../style.css\"", "class=\"interval\""}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_THAT(Find(files, "nl/report.html").bytes, HasSubstr("href=\"figures/consent.html\""));
}

TEST(RenderTest, LeadsFromWhatATextSaysToTheFigure) {
  const std::vector<File> files = RenderFiles(Example("Naam"));
  for (const char* path : {"nl/report.html", "nl/summary.html"}) {
    EXPECT_THAT(Find(files, path).bytes,
                HasSubstr("<a class=\"figure-link\" href=\"figures/consent.html\">Naam</a>"));
  }
}

TEST(RenderTest, LinksADocumentThatMayOnlyBeLinkedAndKeepsNoCopy) {
  Content content = Example("Naam");
  content.plan.documents = {
      {.title = {"Onderzoek", "Study"}, .url = "https://example.org/study"},
      {.title = {"Open", "Open"}, .url = "https://example.org/open", .link_only = false}};
  const std::vector<File> files = RenderFiles(content);
  EXPECT_THAT(Find(files, "en/annexes.html").bytes,
              AllOf(HasSubstr("href=\"https://example.org/study\""),
                    HasSubstr("Study</a> <span class=\"size\">(may only be linked)</span>"),
                    HasSubstr("Open</a></li>")));
  EXPECT_THAT(Find(files, "catalogue.ttl").bytes, Not(HasSubstr("example.org")));
}

TEST(RenderTest, PutsTheTablesOfAStudyInOneSpreadsheetWithItsCodebook) {
  const std::vector<File> files = RenderFiles(Example("Naam"));
  const std::string& ods = Find(files, "study/programme/tables.ods").bytes;
  // The type is the first part, so that programs find it at a known place.
  EXPECT_EQ(ods.substr(0, 4), "PK\3\4");
  EXPECT_EQ(ods.substr(30, 54), "mimetypeapplication/vnd.oasis.opendocument.spreadsheet");
  const auto codebook = ReadCsvTable(Find(files, "study/programme/codebook.csv").bytes);
  ASSERT_THAT(codebook, IsOk());
  EXPECT_EQ(codebook->rows.size(), 3u);
  const auto hidden = ReadCsvTable(Find(files, "study/programme/not-shown.csv").bytes);
  ASSERT_THAT(hidden, IsOk());
  ASSERT_EQ(hidden->rows.size(), 1u);
  EXPECT_THAT(hidden->rows[0].cells,
              testing::ElementsAre("consent", "sector", "special", "", "disclosure"));
}

TEST(RenderTest, TellsHowAndHowWellWhatIsNotShownIsProtected) {
  Content content = Example("Naam");
  EXPECT_THAT(
      RenderFiles(content),
      Not(testing::Contains(testing::Field(&File::path, "study/programme/protection.csv"))));
  Figure& consent = *std::find_if(content.figures.begin(), content.figures.end(),
                                  [](const Figure& figure) { return figure.id == "consent"; });
  consent.protection = Protection{.policy_version = 2,
                                  .policy_digest = "d15",
                                  .tables = 6,
                                  .shown_groups = 2,
                                  .hidden_groups = 1,
                                  .ranges = {{.group = "special",
                                              .quantity = Quantity::kUnits,
                                              .least = Exact(0),
                                              .most = Exact::FromScaled(75, 1)}}};
  const std::vector<File> files = RenderFiles(content);
  EXPECT_EQ(Find(files, "study/programme/protection.csv").bytes,
            "figure,breakdown,policy_version,policy_sha256,tables_together,groups_shown,"
            "groups_hidden,protected\r\nconsent,sector,2,d15,6,2,1,yes\r\n");
  EXPECT_EQ(Find(files, "study/programme/known-ranges.csv").bytes,
            "figure,breakdown,group,category,quantity,least,most,protected\r\n"
            "consent,sector,special,,units,0,7.5,yes\r\n");
}

TEST(RenderTest, WritesTheSameBytesOnManyThreads) {
  const Content content = Example("Naam");
  const std::vector<File> in_turn = RenderFiles(content);
  const std::vector<File> at_once =
      RenderFiles(content, [](size_t count, absl::FunctionRef<void(size_t)> work) {
        std::vector<std::thread> threads;
        for (size_t i = count; i-- > 0;) threads.emplace_back([&work, i] { work(i); });
        for (std::thread& thread : threads) thread.join();
      });
  ASSERT_EQ(at_once.size(), in_turn.size());
  for (size_t i = 0; i < in_turn.size(); ++i) {
    EXPECT_EQ(at_once[i].path, in_turn[i].path);
    EXPECT_EQ(at_once[i].sha256, in_turn[i].sha256) << in_turn[i].path;
  }
}

TEST(RenderTest, DescribesTheAnnexesAsOpenDataTwiceAlike) {
  const std::vector<File> files = RenderFiles(Example("Een \"naam\"\\"));
  const auto json = nlohmann::json::parse(Find(files, "catalogue.jsonld").bytes);
  const auto& set = json["@graph"][1];
  EXPECT_EQ(set["@type"], "dcat:Dataset");
  const std::string& turtle = Find(files, "catalogue.ttl").bytes;
  EXPECT_THAT(turtle, HasSubstr("\"Een \\\"naam\\\"\\\\\"@nl"));
  ASSERT_EQ(set["dcat:distribution"].size(), 3u + 2u * 3u);
  for (const auto& distribution : set["dcat:distribution"]) {
    const std::string path = distribution["dcat:downloadURL"]["@id"];
    const File& file = Find(files, path);
    EXPECT_EQ(distribution["spdx:checksum"]["spdx:checksumValue"]["@value"], file.sha256);
    EXPECT_THAT(turtle, HasSubstr("dcat:downloadURL <" + path + ">"));
    EXPECT_THAT(turtle, HasSubstr(file.sha256));
  }
}

TEST(RenderTest, WritesOneAnnexPerFigureWithAllRows) {
  const std::vector<File> files = RenderFiles(Example("Naam"));
  const auto consent = ReadCsvTable(Find(files, "annex/consent.csv").bytes);
  ASSERT_THAT(consent, IsOk());
  ASSERT_EQ(consent->rows.size(), 3u);
  EXPECT_EQ(consent->rows[0].cells[9], "0.612");
  EXPECT_EQ(consent->rows[0].cells[11], "1000");
  EXPECT_EQ(consent->rows[2].cells[8], "suppressed");
  EXPECT_EQ(consent->rows[2].cells[9], "");
  const auto money = ReadCsvTable(Find(files, "annex/money.csv").bytes);
  ASSERT_THAT(money, IsOk());
  EXPECT_EQ(money->rows.size(), 3u);
  EXPECT_EQ(money->rows[2].cells[9], "2500000.00");
}

TEST(RenderTest, LetsNoSpreadsheetRunAName) {
  const std::vector<File> files = RenderFiles(Example("=HYPERLINK(\"x\")"));
  const auto annex = ReadCsvTable(Find(files, "annex/choices.csv").bytes);
  ASSERT_THAT(annex, IsOk());
  EXPECT_EQ(annex->rows[0].cells[6], "'=HYPERLINK(\"x\")");
  const auto headline = ReadCsvTable(Find(files, "annex/headline.csv").bytes);
  ASSERT_THAT(headline, IsOk());
  EXPECT_THAT(headline->header,
              testing::ElementsAre("title_nl", "title_en", "value_nl", "value_en", "n"));
  EXPECT_EQ(headline->rows[0].cells[0], "'=HYPERLINK(\"x\")");
}

TEST(RenderTest, ListsEveryFileInTheManifestWithItsDigest) {
  const std::vector<File> files = RenderFiles(Example("Naam"));
  const auto manifest = nlohmann::json::parse(Find(files, "manifest.json").bytes);
  ASSERT_EQ(manifest["files"].size(), files.size() - 1);
  for (const auto& entry : manifest["files"]) {
    const File& file = Find(files, entry["path"].get<std::string>());
    EXPECT_EQ(entry["sha256"], file.sha256);
    EXPECT_EQ(file.sha256, Sha256Hex(file.bytes));
    EXPECT_EQ(entry["size_bytes"], file.bytes.size());
  }
}

TEST(RenderTest, GivesTheSameBytesForTheSameContent) {
  const std::vector<File> once = RenderFiles(Example("Naam"));
  const std::vector<File> again = RenderFiles(Example("Naam"));
  ASSERT_EQ(once.size(), again.size());
  for (size_t i = 0; i < once.size(); ++i) EXPECT_EQ(once[i].bytes, again[i].bytes);
  EXPECT_EQ(EditionDigest({}, once), EditionDigest({}, again));
}

}  // namespace
}  // namespace vg::report
