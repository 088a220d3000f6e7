#include "services/cli/render/formula_place.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/absl_view.h"

namespace vg::cli {
namespace {

using Position = YamlSource::Position;

bool StartsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// Bytes before the character `column` (from 1) of `line`.
size_t Bytes(std::string_view line, int column) {
  size_t at = 0;
  for (int i = 1; i < column && at < line.size(); ++i) {
    ++at;
    while (at < line.size() && !StartsCharacter(line[at])) ++at;
  }
  return at;
}

int Characters(std::string_view text) {
  return static_cast<int>(std::ranges::count_if(text, StartsCharacter));
}

size_t Indentation(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// In a block, whose lines follow the one of its mark.
Position InBlock(const std::vector<std::string_view>& lines, Position start, bool folded, int line,
                 int column) {
  size_t first = static_cast<size_t>(start.line);
  while (first < lines.size() && Indentation(lines[first]) == lines[first].size()) ++first;
  if (first == lines.size()) return start;
  const int indentation = static_cast<int>(Indentation(lines[first]));
  if (!folded) return {start.line + line, indentation + column};
  // Line ends are blanks; an empty line begins a new one.
  int content_line = 1;
  int before = 0;
  for (size_t at = first; at < lines.size(); ++at) {
    if (Indentation(lines[at]) == lines[at].size()) {
      ++content_line;
      before = 0;
      continue;
    }
    const int length = Characters(lines[at]) - indentation;
    if (content_line == line && column <= before + length + 1) {
      return {static_cast<int>(at) + 1, indentation + column - before};
    }
    before += length + 1;
  }
  return start;
}

// In a plain text or one in quotes, character by character.
Position InFlow(const std::vector<std::string_view>& lines, Position start, char quote, int line,
                int column) {
  int content_line = 1;
  int content_column = 1;
  size_t row = static_cast<size_t>(start.line) - 1;
  size_t at = Bytes(lines[row], start.column) + (quote == '\0' ? 0 : 1);
  while (content_line != line || content_column != column) {
    if (at >= lines[row].size()) {
      if (row + 1 == lines.size()) return start;
      ++row;
      at = Indentation(lines[row]);
      ++content_column;  // The line end is a blank.
      continue;
    }
    const char c = lines[row][at];
    if (quote == '"' && c == '\\' && at + 1 < lines[row].size()) {
      if (lines[row][at + 1] == 'n') {
        ++content_line;
        content_column = 0;
      }
      at += 2;
    } else if (quote == '\'' && lines[row].substr(at).starts_with("''")) {
      at += 2;
    } else {
      ++at;
      while (at < lines[row].size() && !StartsCharacter(lines[row][at])) ++at;
    }
    ++content_column;
    if (content_line > line) return start;
  }
  return {static_cast<int>(row) + 1, Characters(lines[row].substr(0, at)) + 1};
}

// Takes `text` off the front of `rest`; false if it does not begin so.
bool Take(std::string_view text, std::string_view& rest) {
  if (!rest.starts_with(text)) return false;
  rest.remove_prefix(text.size());
  return true;
}

bool TakeNumber(std::string_view& rest, int& number) {
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc() || number < 1) return false;
  rest.remove_prefix(static_cast<size_t>(end - rest.data()));
  return true;
}

}  // namespace

Position PlaceInText(std::string_view document, Position start, int line, int column) {
  std::vector<std::string_view> lines;
  for (const absl::string_view split : absl::StrSplit(Av(document), '\n')) {
    lines.emplace_back(split.data(), split.size());
  }
  if (start.line < 1 || static_cast<size_t>(start.line) > lines.size()) return start;
  const std::string_view first = lines[static_cast<size_t>(start.line) - 1];
  const size_t at = Bytes(first, start.column);
  const char mark = at < first.size() ? first[at] : '\0';
  if (mark == '|' || mark == '>') return InBlock(lines, start, mark == '>', line, column);
  return InFlow(lines, start, mark == '"' || mark == '\'' ? mark : '\0', line, column);
}

bool PlaceInDocument(std::string_view document, Position start, FieldViolation& violation,
                     Position& place) {
  std::string_view rest = violation.sentence;
  int line = 0;
  int column = 0;
  const bool says_formula = Take("at ", rest);
  if (start.line == 0 || !Take("line ", rest) || !TakeNumber(rest, line) ||
      !Take(", column ", rest) || !TakeNumber(rest, column) ||
      !Take(says_formula ? " of the formula: " : ": ", rest)) {
    return false;
  }
  place = PlaceInText(document, start, line, column);
  violation.sentence = absl::StrCat("line ", place.line, ", column ", place.column, ": ", Av(rest));
  return true;
}

}  // namespace vg::cli
