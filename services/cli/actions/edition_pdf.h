// Pages of a report edition on paper: tagged PDF, printed by a program that is installed.

#ifndef VG_SERVICES_CLI_ACTIONS_EDITION_PDF_H_
#define VG_SERVICES_CLI_ACTIONS_EDITION_PDF_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace vg::cli {

// A program that prints HTML as tagged PDF.
struct PdfPrinter {
  enum class Kind { kChromium, kWeasyPrint } kind = Kind::kChromium;
  std::string program;  // Its path.
};

// What of `path`, as in the variable PATH, prints: the browser first, which draws pages as readers
// see them. `wanted` is "chromium", "weasyprint" or empty. FAILED_PRECONDITION (NO_PDF_PRINTER)
// says what to install; INVALID_ARGUMENT (UNKNOWN_PDF_PRINTER).
absl::StatusOr<PdfPrinter> FindPdfPrinter(std::string_view wanted, std::string_view path);

// The page `html`, whose links are relative, with links that lead below `base`
// ("http://host/editions/2022-04/nl/") or, if that is empty, with none. Places in the page itself
// and the style sheet stay as they are.
std::string WithLinksTo(std::string_view html, std::string_view base);

// Prints the file `page` as `pdf`. INTERNAL (PDF_FAILED) with what the program says of it;
// FAILED_PRECONDITION (PDF_NOT_TAGGED) for a program that is too old.
absl::Status PrintPdf(const PdfPrinter& printer, const std::string& page, const std::string& pdf);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_EDITION_PDF_H_
