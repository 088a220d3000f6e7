#include "services/survey/forms/workbook_writer.h"

#include <unistd.h>
#include <xlsxwriter.h>

#include <string_view>

#include "absl/strings/str_cat.h"

#include <sys/mman.h>

namespace vg::survey {
namespace {

constexpr double kColumnWidth = 24;

// A file in memory, for the library writes to names only.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("xlsx", MFD_CLOEXEC)) {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (fd_ >= 0) close(fd_);
  }

  bool ok() const { return fd_ >= 0; }
  std::string path() const { return absl::StrCat("/proc/self/fd/", fd_); }

  std::string Read() const {
    std::string bytes;
    char buffer[64 << 10];
    off_t at = 0;
    for (ssize_t got; (got = pread(fd_, buffer, sizeof(buffer), at)) > 0; at += got) {
      bytes.append(buffer, static_cast<size_t>(got));
    }
    return bytes;
  }

 private:
  const int fd_;
};

void WriteSheet(lxw_workbook* workbook, const Sheet& sheet, lxw_format* heading) {
  lxw_worksheet* const out = workbook_add_worksheet(workbook, sheet.name.c_str());
  for (size_t row = 0; row < sheet.rows.size(); ++row) {
    const std::vector<std::string>& cells = sheet.rows[row];
    for (size_t column = 0; column < cells.size(); ++column) {
      if (cells[column].empty()) continue;
      worksheet_write_string(out, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column),
                             cells[column].c_str(), row == 0 ? heading : nullptr);
    }
  }
  if (sheet.rows.empty() || sheet.rows[0].empty()) return;
  worksheet_set_column(out, 0, static_cast<lxw_col_t>(sheet.rows[0].size() - 1), kColumnWidth,
                       nullptr);
  worksheet_freeze_panes(out, 1, 0);
}

}  // namespace

absl::StatusOr<std::string> WriteWorkbook(const std::vector<Sheet>& sheets) {
  const MemoryFile file;
  if (!file.ok()) return absl::InternalError("a file in memory cannot be made");
  lxw_workbook* const workbook = workbook_new(file.path().c_str());
  if (workbook == nullptr) return absl::InternalError("a spreadsheet cannot be made");
  lxw_format* const heading = workbook_add_format(workbook);
  format_set_bold(heading);
  for (const Sheet& sheet : sheets) WriteSheet(workbook, sheet, heading);
  if (const lxw_error error = workbook_close(workbook); error != LXW_NO_ERROR) {
    return absl::InternalError(
        absl::StrCat("a spreadsheet cannot be written: ", lxw_strerror(error)));
  }
  return file.Read();
}

}  // namespace vg::survey
