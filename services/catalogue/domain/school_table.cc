#include "services/catalogue/domain/school_table.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

// Those that every snapshot has, even if it says nothing of any school.
constexpr const char* kOfEverySnapshot[] = {"board", "denomination", "municipality", "province",
                                            "score", "sector",       "size",         "structure"};

}  // namespace

SchoolTable::SchoolTable(std::string digest, const std::vector<School>& schools)
    : digest_(std::move(digest)), texts_{""} {
  codes_.reserve(schools.size());
  for (const School& school : schools) codes_.push_back(school.code);
  for (const char* attribute : kOfEverySnapshot) Column(attribute);
  std::unordered_map<std::string, uint32_t> numbers = {{"", 0}};
  for (size_t place = 0; place < schools.size(); ++place) {
    places_.emplace(schools[place].code, place);
    for (const auto& [attribute, value] : schools[place].attributes) {
      const auto [number, added] = numbers.emplace(value, static_cast<uint32_t>(texts_.size()));
      if (added) texts_.push_back(value);
      Column(attribute)[place] = number->second;
    }
  }
}

std::vector<uint32_t>& SchoolTable::Column(const std::string& attribute) {
  return columns_.try_emplace(attribute, codes_.size()).first->second;
}

const std::string& SchoolTable::Get(const std::string& code, std::string_view attribute) const {
  const auto place = places_.find(code);
  const auto column = columns_.find(attribute);
  if (place == places_.end() || column == columns_.end()) return texts_[0];
  return texts_[column->second[place->second]];
}

GroupKey SchoolTable::GroupOf(const std::string& code,
                              const std::vector<std::string>& attributes) const {
  GroupKey key;
  key.reserve(attributes.size());
  for (const std::string& attribute : attributes) key.push_back(Get(code, attribute));
  return key;
}

std::vector<std::string> SchoolTable::OfBoard(std::string_view board) const {
  std::vector<std::string> schools;
  for (const std::string& code : codes_) {
    if (Get(code, "board") == board) schools.push_back(code);
  }
  std::sort(schools.begin(), schools.end());
  return schools;
}

std::vector<FieldViolation> SchoolTable::CheckBreakdowns(
    const std::vector<std::string>& attributes) const {
  std::vector<FieldViolation> violations;
  std::set<std::string_view> seen;
  for (size_t i = 0; i < attributes.size(); ++i) {
    const std::string field = absl::StrCat("breakdowns[", i, "]");
    if (!columns_.contains(attributes[i])) {
      const std::string known = absl::StrJoin(
          columns_, ", ",
          [](std::string* text, const auto& column) { absl::StrAppend(text, column.first); });
      violations.push_back(UnknownAttribute(field, attributes[i], known));
    } else if (!seen.insert(attributes[i]).second) {
      violations.push_back(AttributeTwice(field, attributes[i]));
    }
  }
  return violations;
}

}  // namespace vg::catalogue
