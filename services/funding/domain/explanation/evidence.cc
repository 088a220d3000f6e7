#include "services/funding/domain/explanation/evidence.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace vg::funding {
namespace {

constexpr size_t kMostRuns = 6;  // More ranges of lines than a sentence can carry.

std::string LinesInWords(const std::vector<int64_t>& lines, Language language) {
  const bool dutch = language == Language::kDutch;
  std::vector<std::string> runs;
  for (size_t i = 0; i < lines.size();) {
    size_t end = i;
    while (end + 1 < lines.size() && lines[end + 1] == lines[end] + 1) ++end;
    runs.push_back(end == i ? absl::StrCat(lines[i])
                            : absl::StrCat(lines[i], dutch ? " t/m " : " to ", lines[end]));
    i = end + 1;
  }
  const size_t shown = std::min(runs.size(), kMostRuns);
  std::string text =
      lines.size() == 1 ? (dutch ? "regel " : "line ") : (dutch ? "regels " : "lines ");
  for (size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == runs.size();
    absl::StrAppend(&text, i == 0 ? "" : last ? (dutch ? " en " : " and ") : ", ", runs[i]);
  }
  if (shown < runs.size()) text += dutch ? " en andere" : " and others";
  return text;
}

}  // namespace

std::vector<FactRows> RowsOf(const std::vector<FactRows>& rows, std::string_view fact) {
  std::vector<FactRows> found;
  const auto take = [&](auto wanted) {
    std::ranges::copy_if(rows, std::back_inserter(found), wanted);
  };
  if (fact == "pupils.total") {
    take([](const FactRows& row) { return row.fact.starts_with("pupils."); });
  } else {
    take([fact](const FactRows& row) { return row.fact == fact; });
  }
  if (found.empty()) take([](const FactRows& row) { return row.fact == "register"; });
  return found;
}

std::string InWords(const std::vector<FactRows>& rows, Language language) {
  std::string text;
  for (const FactRows& row : rows) {
    const std::string words = absl::StrCat(row.file_name, ", ", LinesInWords(row.lines, language));
    if (text.find(words) != std::string::npos) continue;  // A total of types in one row.
    absl::StrAppend(&text, text.empty() ? "" : "; ", words);
  }
  return text;
}

}  // namespace vg::funding
