#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <memory>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/cli/actions/download_edition.h"
#include "services/cli/actions/edition_pdf.h"
#include "services/cli/commands/report.h"
#include "services/cli/render/values.h"
#include "voortgang/report/v1/report_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::report::v1;

// What is printed as PDF.
struct Printed {
  const char* language;
  const char* document;
};
constexpr Printed kPrinted[] = {
    {"nl", "report"}, {"nl", "summary"}, {"en", "report"}, {"en", "summary"}};

struct PdfOptions {
  std::string edition, folder, page, tool, language, document;
};

// A folder of its own that is gone afterwards.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "voortgang-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

absl::Status Pdf(Session& session, const PdfOptions& options) {
  const char* const path = std::getenv("PATH");
  ASSIGN_OR_RETURN(const PdfPrinter printer,
                   FindPdfPrinter(options.tool, path == nullptr ? "" : path));
  v1::GetEditionRequest request;
  request.set_name(Named("editions/", options.edition));
  ASSIGN_OR_RETURN(const v1::Edition edition, session.ClientOf<v1::ReportService>().Call(
                                                  &v1::ReportService::Stub::GetEdition, request));
  const Scratch scratch;
  if (scratch.path().empty()) return absl::InternalError("cannot make a temporary folder");
  for (const v1::Asset& asset : edition.assets()) {
    const bool style = asset.path() == "style.css";
    const bool wanted =
        std::any_of(std::begin(kPrinted), std::end(kPrinted), [&](const Printed& printed) {
          return asset.path() == absl::StrCat(printed.language, "/", printed.document, ".html");
        });
    if (!style && !wanted) continue;
    ASSIGN_OR_RETURN(std::string bytes, DownloadAsset(session, edition.name(), asset));
    if (wanted) {
      const std::string folder = asset.path().substr(0, asset.path().rfind('/') + 1);
      bytes = WithLinksTo(
          bytes,
          options.page.empty() ? "" : absl::StrCat(options.page, "/", edition.name(), "/", folder));
    }
    RETURN_IF_ERROR(WriteFile(absl::StrCat(scratch.path(), "/", asset.path()), bytes));
  }
  for (const Printed& printed : kPrinted) {
    if (!options.language.empty() && options.language != printed.language) continue;
    if (!options.document.empty() && options.document != printed.document) continue;
    const std::string name = absl::StrCat(printed.language, "-", printed.document, ".pdf");
    const std::string target = absl::StrCat(options.folder, "/", name);
    // Printed beside the page, and put in its place when it is whole.
    const std::string made = absl::StrCat(scratch.path(), "/", name);
    RETURN_IF_ERROR(PrintPdf(
        printer,
        absl::StrCat(scratch.path(), "/", printed.language, "/", printed.document, ".html"), made));
    ASSIGN_OR_RETURN(const std::string bytes, ReadFile(made));
    RETURN_IF_ERROR(WriteFile(target, bytes));
    if (!session.json) session.Print(absl::StrCat(target, "\n"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddReportPdf(CLI::App& report, Session& session) {
  auto printing = std::make_shared<PdfOptions>();
  CLI::App* pdf = report.add_subcommand(
      "pdf",
      "Print report and summary of an edition as PDF, tagged for screen readers; needs Chromium or "
      "WeasyPrint");
  pdf->add_option("edition", printing->edition, "The edition's id")->required();
  pdf->add_option("folder", printing->folder, "Where nl-report.pdf and so on go")->required();
  pdf->add_option(
      "--page", printing->page,
      "Where the suite serves pages, such as https://report.example.org: links then lead "
      "there; by default there are none");
  pdf->add_option("--language", printing->language, "Only this one")
      ->check(CLI::IsMember({"nl", "en"}));
  pdf->add_option("--document", printing->document, "Only this one")
      ->check(CLI::IsMember({"report", "summary"}));
  pdf->add_option("--tool", printing->tool, "By default what is found, Chromium first")
      ->check(CLI::IsMember({"chromium", "weasyprint"}));
  session.OnRun(pdf, [&session, printing] { return Pdf(session, *printing); });
}

}  // namespace vg::cli
