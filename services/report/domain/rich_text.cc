#include "services/report/domain/rich_text.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace vg::report {

std::string PlainText(const RichText& text) {
  std::string plain;
  for (const Span& span : text) plain += span.text;
  return plain;
}

std::vector<RichText> Paragraphs(const RichText& text) {
  std::vector<RichText> paragraphs;
  bool open = false;
  const auto add = [&](Span span) {
    if (!open) paragraphs.emplace_back();
    open = true;
    paragraphs.back().push_back(std::move(span));
  };
  for (const Span& span : text) {
    if (!span.figure.empty()) {
      add(span);
      continue;
    }
    std::string_view rest = span.text;
    bool first = true;  // What stands before the first line end goes on with the line before.
    while (true) {
      const size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      const bool blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
      if (!first && blank && end != std::string_view::npos) {
        open = false;
      } else if (!line.empty()) {
        add({.text = first || !open ? std::string(line) : " " + std::string(line), .figure = ""});
      }
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
      first = false;
    }
  }
  return paragraphs;
}

}  // namespace vg::report
