#include "common/expression/diagnostic.h"

#include <algorithm>
#include <map>

#include "common/status/error.h"

namespace vg::expression {
namespace {

// What an excerpt shows of a long line, on either side of the caret.
constexpr size_t kExcerptBytes = 50;

bool StartsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), StartsCharacter));
}

struct Place {
  size_t line;
  size_t column;
  std::string excerpt;
};

Place Locate(std::string_view source, size_t offset) {
  const std::string_view before = source.substr(0, offset);
  const size_t line_break = before.rfind('\n');
  const size_t start = line_break == std::string_view::npos ? 0 : line_break + 1;
  const size_t end = std::min(source.find('\n', offset), source.size());

  size_t from = offset - start > kExcerptBytes ? offset - kExcerptBytes : start;
  while (from < offset && !StartsCharacter(source[from])) ++from;
  size_t to = std::min(end, offset + kExcerptBytes);
  while (to < end && !StartsCharacter(source[to])) ++to;
  std::string excerpt(source.substr(from, to - from));
  std::replace(excerpt.begin(), excerpt.end(), '\t', ' ');
  excerpt += "\n" + std::string(Characters(source.substr(from, offset - from)), ' ') + "^";

  return {static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          Characters(source.substr(start, offset - start)) + 1, std::move(excerpt)};
}

}  // namespace

absl::Status ToStatus(absl::StatusCode code, std::string_view source,
                      const Diagnostic& diagnostic) {
  const size_t offset = std::min(static_cast<size_t>(diagnostic.offset), source.size());
  const Place place = Locate(source, offset);
  std::map<std::string, std::string> metadata = {{"line", std::to_string(place.line)},
                                                 {"column", std::to_string(place.column)},
                                                 {"offset", std::to_string(offset)},
                                                 {"sentence", diagnostic.sentence},
                                                 {"excerpt", place.excerpt}};
  std::string message = diagnostic.sentence;
  if (!diagnostic.hint.empty()) {
    metadata["hint"] = diagnostic.hint;
    message += "; " + diagnostic.hint;
  }
  message += "\n" + place.excerpt;
  return Error(code, diagnostic.reason, std::move(message), std::move(metadata));
}

}  // namespace vg::expression
