#include "services/cli/render/table.h"

#include <unistd.h>

#include <algorithm>

#include <sys/ioctl.h>

namespace vg::cli {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 8;

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The first `width` characters of `text`, the last of them "…" if that leaves something out.
std::string Cut(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  size_t bytes = 0;
  for (size_t characters = 0; bytes < text.size(); ++bytes) {
    if (IsContinuation(text[bytes])) continue;
    if (++characters == width) break;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(c); }));
}

size_t TerminalWidth() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

std::string Table::Render(size_t width) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(DisplayWidth(column.title));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  size_t total = kGap * (widths.size() - 1);
  for (const size_t column : widths) total += column;
  while (width > 0 && total > width) {
    size_t widest = widths.size();
    for (size_t i = 0; i < widths.size(); ++i) {
      if (columns_[i].align == Align::kLeft &&
          (widest == widths.size() || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (widest == widths.size() || widths[widest] <= kNarrowest) break;
    const size_t gives = std::min(total - width, widths[widest] - kNarrowest);
    widths[widest] -= gives;
    total -= gives;
  }

  std::string out;
  const auto line = [&](const auto& cell_of) {
    std::string text;
    for (size_t i = 0; i < widths.size(); ++i) {
      const std::string cell = Cut(cell_of(i), widths[i]);
      const std::string pad(widths[i] - DisplayWidth(cell), ' ');
      if (i > 0) text.append(kGap, ' ');
      text += columns_[i].align == Align::kRight ? pad + cell : cell + pad;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  line([&](size_t i) { return columns_[i].title; });
  std::string rule;
  for (size_t i = 0; i < widths.size(); ++i) {
    if (i > 0) rule.append(kGap, ' ');
    for (size_t j = 0; j < widths[i]; ++j) rule += "─";
  }
  out += rule + "\n";
  for (const auto& row : rows_) line([&](size_t i) { return row[i]; });
  return out;
}

}  // namespace vg::cli
