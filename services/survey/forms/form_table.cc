#include "services/survey/forms/form_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/status/absl_view.h"

namespace vg::survey {
namespace {

// "nederlands (nl)" -> "nl"; other languages stay as they are.
std::string LanguageCode(std::string_view language) {
  for (const std::string_view name : {"(nl)", "nederlands", "dutch"}) {
    if (absl::StrContains(Av(language), Av(name))) return "nl";
  }
  for (const std::string_view name : {"(en)", "english", "engels"}) {
    if (absl::StrContains(Av(language), Av(name))) return "en";
  }
  return std::string(language);
}

// "Label::English (en)" -> "label::en", "list name" -> "list_name".
std::string Heading(std::string_view text, std::string_view default_language) {
  std::string heading = absl::AsciiStrToLower(Av(text));
  const size_t colons = heading.find("::");
  std::string base = heading.substr(0, colons);
  base = std::string(absl::StripAsciiWhitespace(base));
  absl::StrReplaceAll({{" ", "_"}}, &base);
  if (base == "readonly") base = "read_only";
  if (base == "caption") base = "label";
  if (base == "value") base = "name";
  if (base == "relevance") base = "relevant";
  const bool translatable = base == "label" || base == "hint" || base == "constraint_message" ||
                            base == "required_message" || base == "form_title";
  if (colons == std::string::npos) {
    return translatable ? absl::StrCat(base, "::", Av(default_language)) : base;
  }
  const std::string language(absl::StripAsciiWhitespace(heading.substr(colons + 2)));
  return absl::StrCat(base, "::", LanguageCode(language));
}

}  // namespace

FormTable::FormTable(Sheet sheet, std::string_view default_language) : sheet_(std::move(sheet)) {
  if (sheet_.rows.empty()) return;
  const std::vector<std::string>& headings = sheet_.rows[0];
  // Those that name their language first.
  for (const bool named : {true, false}) {
    for (size_t column = 0; column < headings.size(); ++column) {
      const std::string& heading = headings[column];
      if (heading.empty() || (heading.find("::") != std::string::npos) != named) continue;
      const bool added = columns_.emplace(Heading(heading, default_language), column).second;
      if (!added) doubles_.push_back(heading);
    }
  }
}

bool FormTable::IsEnglishOnly(std::string_view column) const {
  return Has(absl::StrCat(Av(column), "::en")) && !Has(absl::StrCat(Av(column), "::nl"));
}

bool FormTable::IsBlank(int row) const {
  const auto& cells = sheet_.rows[row - 1];
  return std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.empty(); });
}

std::string_view FormTable::Get(int row, std::string_view column) const {
  const auto found = columns_.find(column);
  return found == columns_.end() ? std::string_view() : sheet_.Cell(row - 1, found->second);
}

LocalizedText FormTable::Text(int row, std::string_view column) const {
  LocalizedText text{std::string(Get(row, absl::StrCat(Av(column), "::nl"))),
                     std::string(Get(row, absl::StrCat(Av(column), "::en")))};
  if (text.nl.empty()) text.nl = std::exchange(text.en, "");
  return text;
}

}  // namespace vg::survey
