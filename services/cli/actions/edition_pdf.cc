#include "services/cli/actions/edition_pdf.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/session.h"
#include <sys/wait.h>

namespace vg::cli {
namespace {

struct Program {
  const char* name;
  const char* printer;
  PdfPrinter::Kind kind;
};
constexpr Program kPrograms[] = {
    {"chromium", "chromium", PdfPrinter::Kind::kChromium},
    {"chromium-browser", "chromium", PdfPrinter::Kind::kChromium},
    {"google-chrome", "chromium", PdfPrinter::Kind::kChromium},
    {"weasyprint", "weasyprint", PdfPrinter::Kind::kWeasyPrint},
};

std::vector<std::string> Command(const PdfPrinter& printer, const std::string& page,
                                 const std::string& pdf, const std::string& scratch) {
  if (printer.kind == PdfPrinter::Kind::kWeasyPrint) {
    return {printer.program, "--quiet", "--pdf-variant", "pdf/ua-1", page, pdf};
  }
  std::vector<std::string> command = {printer.program,
                                      "--headless",
                                      "--disable-gpu",
                                      "--no-first-run",
                                      "--disable-background-networking",
                                      "--disable-component-update",
                                      "--disable-sync",
                                      "--export-tagged-pdf",
                                      "--no-pdf-header-footer",
                                      "--user-data-dir=" + scratch,
                                      "--print-to-pdf=" + pdf,
                                      "file://" + page};
  // It refuses to build its sandbox for root; what it prints here is a page of the suite without
  // scripts.
  if (geteuid() == 0) command.insert(command.begin() + 1, "--no-sandbox");
  return command;
}

// Runs `command` to its end, with what it says in the file `said`; its exit code.
absl::StatusOr<int> Run(const std::vector<std::string>& command, const std::string& said) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, said.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, command[0].c_str(), &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) return absl::ErrnoToStatus(error, absl::StrCat("cannot run ", command[0]));
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR)
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot wait for ", command[0]));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

absl::StatusOr<PdfPrinter> FindPdfPrinter(std::string_view wanted, std::string_view path) {
  for (const Program& program : kPrograms) {
    if (!wanted.empty() && wanted != program.printer) continue;
    for (const auto folder : absl::StrSplit(absl::string_view(path.data(), path.size()), ':')) {
      const std::string file = absl::StrCat(folder, "/", program.name);
      if (access(file.c_str(), X_OK) == 0) return PdfPrinter{program.kind, file};
    }
  }
  return Error(
      absl::StatusCode::kFailedPrecondition, "NO_PDF_PRINTER",
      "no program is found that prints pages as tagged PDF; install Chromium or WeasyPrint "
      "(Debian and Ubuntu: apt install chromium, or apt install weasyprint)");
}

std::string WithLinksTo(std::string_view html, std::string_view base) {
  constexpr std::string_view kHref = " href=\"";
  std::string linked;
  while (!html.empty()) {
    const size_t at = html.find(kHref);
    linked += html.substr(0, at);
    if (at == std::string_view::npos) break;
    html.remove_prefix(at + kHref.size());
    const size_t end = html.find('"');
    const std::string_view target = html.substr(0, end);
    html.remove_prefix(end == std::string_view::npos ? html.size() : end + 1);
    const bool stays = target.starts_with("#") || target.ends_with("style.css") ||
                       target.find("://") != std::string_view::npos;
    if (stays) {
      absl::StrAppend(&linked, std::string(kHref), std::string(target), "\"");
    } else if (!base.empty()) {
      absl::StrAppend(&linked, std::string(kHref), std::string(base), std::string(target), "\"");
    }
  }
  return linked;
}

absl::Status PrintPdf(const PdfPrinter& printer, const std::string& page, const std::string& pdf) {
  const std::string scratch = page + ".scratch", said = page + ".said";
  std::error_code ignored;
  std::filesystem::remove(pdf, ignored);
  ASSIGN_OR_RETURN(const int code, Run(Command(printer, page, pdf, scratch), said));
  const absl::StatusOr<std::string> bytes = ReadFile(pdf);
  if (code != 0 || !bytes.ok() || !bytes->starts_with("%PDF-")) {
    return Error(absl::StatusCode::kInternal, "PDF_FAILED",
                 absl::StrCat(printer.program, " ended with ", code,
                              " and says: ", ReadFile(said).value_or("nothing")));
  }
  for (const char* part : {"/StructTreeRoot", "/MarkInfo", "/Lang"}) {
    if (bytes->find(part) != std::string::npos) continue;
    return Error(absl::StatusCode::kFailedPrecondition, "PDF_NOT_TAGGED",
                 absl::StrCat(printer.program, " leaves out ", part,
                              ", without which screen readers cannot follow a PDF; Chromium has "
                              "it from version 85, WeasyPrint from 57"));
  }
  return absl::OkStatus();
}

}  // namespace vg::cli
