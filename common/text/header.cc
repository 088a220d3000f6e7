#include "common/text/header.h"

#include <map>

#include "common/status/error.h"
#include "common/text/encoding.h"

namespace vg {

std::string NormalizeHeader(std::string_view name) {
  std::string normal;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == ' ' || c == '\t' || c == '_' || c == '-' || c == '.') continue;
    if (name.substr(i).starts_with("\u00A0")) {
      ++i;
      continue;
    }
    normal += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return normal;
}

absl::StatusOr<ColumnIndex> ColumnIndex::Match(std::span<const std::string_view> header,
                                               std::span<const Column> columns) {
  std::map<std::string, std::vector<int>> places;
  for (size_t i = 0; i < header.size(); ++i) {
    places[NormalizeHeader(header[i])].push_back(static_cast<int>(i));
  }

  ColumnIndex index;
  std::vector<FieldViolation> violations;
  for (const Column& column : columns) {
    std::vector<std::string_view> spellings = {column.name};
    spellings.insert(spellings.end(), column.aliases.begin(), column.aliases.end());
    int position = kNone;
    for (const std::string_view spelling : spellings) {
      const auto found = places.find(NormalizeHeader(spelling));
      if (found == places.end()) continue;
      position = found->second.front();
      if (found->second.size() > 1) {
        violations.push_back({std::string(column.name), "DUPLICATE_COLUMN",
                              "the file has " + std::to_string(found->second.size()) +
                                  " columns '" + std::string(header[position]) + "'; leave one"});
      }
      break;
    }
    if (position == kNone && column.required) {
      std::string sentence = "the file has no column '" + std::string(column.name) + "'";
      for (size_t i = 1; i < spellings.size(); ++i) {
        sentence += (i == 1 ? " (also read: '" : ", '") + std::string(spellings[i]) + "'";
      }
      if (spellings.size() > 1) sentence += ")";
      const std::string_view near = Nearest(column.name, header);
      if (!near.empty()) sentence += "; did you mean '" + std::string(near) + "'?";
      violations.push_back({std::string(column.name), "MISSING_COLUMN", std::move(sentence)});
    }
    index.positions_.push_back(position);
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  return index;
}

}  // namespace vg
