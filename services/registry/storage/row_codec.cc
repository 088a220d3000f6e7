#include "services/registry/storage/row_codec.h"

#include <charconv>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::registry {
namespace {

// Takes `text` up to `separator` (or its end) off its front.
std::string_view Take(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

bool ParseNumber(std::string_view text, int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

absl::Status Damaged(std::string_view text) {
  return absl::InternalError(absl::StrCat("a stored list is damaged: ", Av(text)));
}

char LetterOf(CountState state) {
  switch (state) {
    case CountState::kSuppressed:
      return 's';
    case CountState::kNotApplicable:
      return 'n';
    default:
      return 'm';
  }
}

}  // namespace

std::string EncodeCounts(const std::vector<PupilCount>& counts) {
  std::string text;
  for (const PupilCount& entry : counts) {
    if (!text.empty()) text += ' ';
    absl::StrAppend(&text, static_cast<int>(entry.type), "=");
    if (entry.count.state == CountState::kKnown) {
      absl::StrAppend(&text, entry.count.value);
    } else {
      text += LetterOf(entry.count.state);
    }
  }
  return text;
}

absl::StatusOr<std::vector<PupilCount>> DecodeCounts(std::string_view text) {
  std::vector<PupilCount> counts;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view entry = Take(rest, ' ');
    int64_t type = 0;
    if (!ParseNumber(Take(entry, '='), type) || type < 1 || type > kSchoolTypes) {
      return Damaged(text);
    }
    Count count{CountState::kKnown, 0};
    if (entry == "s") {
      count.state = CountState::kSuppressed;
    } else if (entry == "n") {
      count.state = CountState::kNotApplicable;
    } else if (entry == "m") {
      count.state = CountState::kMissing;
    } else if (!ParseNumber(entry, count.value)) {
      return Damaged(text);
    }
    counts.push_back({static_cast<SchoolType>(type), count});
  }
  return counts;
}

std::string EncodeAttributes(const std::vector<Attribute>& attributes) {
  std::string text;
  for (const Attribute& attribute : attributes) {
    if (!text.empty()) text += '\n';
    text.append(attribute.name).append("\t").append(attribute.value);
  }
  return text;
}

absl::StatusOr<std::vector<Attribute>> DecodeAttributes(std::string_view text) {
  std::vector<Attribute> attributes;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = Take(rest, '\n');
    if (line.find('\t') == std::string_view::npos) return Damaged(text);
    const std::string_view name = Take(line, '\t');
    attributes.push_back({std::string(name), std::string(line)});
  }
  return attributes;
}

}  // namespace vg::registry
