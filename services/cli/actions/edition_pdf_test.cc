#include "services/cli/actions/edition_pdf.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include <sys/stat.h>

namespace vg::cli {
namespace {

using ::testing::HasSubstr;

class EditionPdfTest : public testing::Test {
 protected:
  // A program in the folder, as a shell script.
  std::string Program(const std::string& name, const std::string& script) {
    const std::string path = folder_.Write(name, absl::StrCat("#!/bin/sh\n", script, "\n"));
    chmod(path.c_str(), 0700);
    return path;
  }

  const TempDir folder_;
  const std::string page_ = folder_.Write(
      "page.html",
      "<!DOCTYPE html><html lang=\"nl\"><head><meta charset=\"utf-8\"><title>Rapportage</title>"
      "</head><body><main><h1>Rapportage</h1><p>Tekst.</p></main></body></html>");
  const std::string pdf_ = folder_.File("page.pdf");
};

TEST_F(EditionPdfTest, FindsTheBrowserFirst) {
  const std::string path = "/nowhere:" + folder_.path();
  EXPECT_THAT(FindPdfPrinter("", path).status(), HasReason("NO_PDF_PRINTER"));
  EXPECT_THAT(std::string(FindPdfPrinter("", path).status().message()),
              HasSubstr("apt install weasyprint"));
  const std::string weasyprint = Program("weasyprint", "");
  EXPECT_EQ(FindPdfPrinter("", path)->program, weasyprint);
  const std::string chrome = Program("google-chrome", "");
  EXPECT_EQ(FindPdfPrinter("", path)->program, chrome);
  EXPECT_EQ(FindPdfPrinter("weasyprint", path)->program, weasyprint);
}

TEST_F(EditionPdfTest, LeadsLinksToWherePagesAreServed) {
  const std::string html =
      "<link href=\"../style.css\"><a class=\"x\" href=\"figures/a.html\">A</a>"
      "<a href=\"#b\">B</a><a href=\"https://example.org/\">C</a>";
  EXPECT_EQ(WithLinksTo(html, "http://host/editions/1/nl/"),
            "<link href=\"../style.css\"><a class=\"x\" "
            "href=\"http://host/editions/1/nl/figures/a.html\">A</a>"
            "<a href=\"#b\">B</a><a href=\"https://example.org/\">C</a>");
  EXPECT_EQ(WithLinksTo(html, ""),
            "<link href=\"../style.css\"><a class=\"x\">A</a>"
            "<a href=\"#b\">B</a><a href=\"https://example.org/\">C</a>");
}

TEST_F(EditionPdfTest, SaysWhatTheProgramSaysIfItFails) {
  const absl::Status failed =
      PrintPdf({.program = Program("chromium", "echo no display >&2; exit 3")}, page_, pdf_);
  EXPECT_THAT(failed, HasReason("PDF_FAILED"));
  EXPECT_THAT(std::string(failed.message()), HasSubstr("ended with 3 and says: no display"));
  EXPECT_THAT(PrintPdf({.program = Program("chromium", "")}, page_, pdf_), HasReason("PDF_FAILED"));
}

TEST_F(EditionPdfTest, RefusesAProgramThatMakesNoTags) {
  const PdfPrinter old = {PdfPrinter::Kind::kWeasyPrint,
                          Program("weasyprint", "for last; do :; done; echo %PDF-1.4 > \"$last\"")};
  EXPECT_THAT(PrintPdf(old, page_, pdf_), HasReason("PDF_NOT_TAGGED"));
}

// What each program that is installed makes of a page.
class InstalledPrinterTest : public EditionPdfTest,
                             public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Programs, InstalledPrinterTest, testing::Values("chromium", "weasyprint"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(InstalledPrinterTest, MakesATaggedPdfWithLanguageAndTitle) {
  const auto printer = FindPdfPrinter(GetParam(), std::getenv("PATH"));
  if (!printer.ok()) GTEST_SKIP() << "SKIPPED: " << GetParam() << " is not installed";
  ASSERT_OK(PrintPdf(*printer, page_, pdf_));
  const std::string pdf = ReadFile(pdf_);
  EXPECT_THAT(pdf, HasSubstr("/StructTreeRoot"));
  EXPECT_THAT(pdf, HasSubstr("/MarkInfo"));
  EXPECT_THAT(pdf, HasSubstr("/Lang (nl)"));
  EXPECT_THAT(pdf, HasSubstr("/Title (Rapportage)"));
}

}  // namespace
}  // namespace vg::cli
