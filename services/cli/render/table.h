// Tables that people can read on a terminal.

#ifndef VG_SERVICES_CLI_RENDER_TABLE_H_
#define VG_SERVICES_CLI_RENDER_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

namespace vg::cli {

enum class Align { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kLeft;
};

// Rows of cells under titles; columns are as wide as their widest cell. Text is UTF-8.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // `cells` has one entry per column.
  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  // Lines of at most `width` characters: the widest left-aligned column gives way, with "…" where
  // it was cut. 0: no limit.
  std::string Render(size_t width = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Characters that `text` takes on a terminal.
size_t DisplayWidth(std::string_view text);

// The terminal's width, or 0 if standard output is no terminal.
size_t TerminalWidth();

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_TABLE_H_
