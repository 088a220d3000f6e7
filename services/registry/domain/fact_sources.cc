#include "services/registry/domain/fact_sources.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"

namespace vg::registry {
namespace {

// A line range of a damaged text must not take the memory of the machine.
constexpr int64_t kMostLines = 1'000'000;

std::string_view Take(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

bool ParseNumber(std::string_view text, int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

bool IsKey(std::string_view text) {
  if (text.size() != 1) return false;
  const char key = text.front();
  return key == kRegisterFact || key == kScoreFact || key == kPopulationFact ||
         (key >= '1' && key < '1' + kSchoolTypes);
}

bool ParseLines(std::string_view text, std::vector<int64_t>& lines) {
  while (!text.empty()) {
    std::string_view range = Take(text, ',');
    const bool is_range = range.find('-') != std::string_view::npos;
    int64_t first = 0;
    int64_t last = 0;
    if (!ParseNumber(Take(range, '-'), first)) return false;
    last = first;
    if (is_range && (!ParseNumber(range, last) || last < first)) return false;
    if (last - first >= kMostLines) return false;
    for (int64_t line = first; line <= last; ++line) lines.push_back(line);
  }
  return !lines.empty();
}

// The entries of `sources`, and for each of `keys` without one the lines of the register row.
std::vector<FactSource> Complete(std::vector<FactSource> sources,
                                 const std::vector<FactKey>& keys) {
  const auto registered = std::ranges::find(sources, kRegisterFact, &FactSource::key);
  if (registered == sources.end()) return sources;
  const FactSource row = *registered;
  for (const FactKey key : keys) {
    if (std::ranges::find(sources, key, &FactSource::key) != sources.end()) continue;
    sources.push_back({.key = key, .file = row.file, .lines = row.lines});
  }
  return sources;
}

}  // namespace

FactKey PupilsFact(SchoolType type) { return static_cast<FactKey>('0' + static_cast<int>(type)); }

void AddFactSource(FactKey key, std::span<const Place> places, std::string& text) {
  for (size_t i = 0; i < places.size();) {
    size_t end = i;
    std::vector<int32_t> lines;
    for (; end < places.size() && places[end].file == places[i].file; ++end) {
      lines.push_back(places[end].line);
    }
    std::ranges::sort(lines);
    absl::StrAppend(&text, text.empty() ? "" : " ", std::string(1, key), "@", places[i].file, ":");
    for (size_t first = 0; first < lines.size();) {
      size_t last = first;
      while (last + 1 < lines.size() && lines[last + 1] - lines[last] <= 1) ++last;
      absl::StrAppend(&text, first == 0 ? "" : ",", lines[first]);
      if (lines[last] != lines[first]) absl::StrAppend(&text, "-", lines[last]);
      first = last + 1;
    }
    i = end;
  }
}

absl::StatusOr<std::vector<FactSource>> FactSourcesOf(std::string_view text) {
  std::vector<FactSource> sources;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view entry = Take(rest, ' ');
    const std::string_view key = Take(entry, '@');
    FactSource source;
    int64_t file = 0;
    if (!IsKey(key) || !ParseNumber(Take(entry, ':'), file) || file > kMostLines ||
        !ParseLines(entry, source.lines)) {
      return absl::InternalError(absl::StrCat("stored lines are damaged: ", Av(text)));
    }
    source.key = key.front();
    source.file = static_cast<int32_t>(file);
    sources.push_back(std::move(source));
  }
  return sources;
}

absl::StatusOr<std::vector<FactSource>> FactSourcesOf(const School& school) {
  ASSIGN_OR_RETURN(std::vector<FactSource> sources, FactSourcesOf(school.fact_sources));
  std::vector<FactKey> keys;
  for (const PupilCount& entry : school.pupil_counts) keys.push_back(PupilsFact(entry.type));
  if (school.disadvantage_score.has_value()) keys.push_back(kScoreFact);
  return Complete(std::move(sources), keys);
}

absl::StatusOr<std::vector<FactSource>> FactSourcesOf(const Municipality& municipality) {
  ASSIGN_OR_RETURN(std::vector<FactSource> sources, FactSourcesOf(municipality.fact_sources));
  std::vector<FactKey> keys;
  if (municipality.population.has_value()) keys.push_back(kPopulationFact);
  if (municipality.disadvantage_score.has_value()) keys.push_back(kScoreFact);
  return Complete(std::move(sources), keys);
}

}  // namespace vg::registry
