#include "services/survey/forms/choice_lists.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace vg::survey {
namespace {

constexpr std::string_view kTaken[] = {"list_name", "name",  "label", "missing",
                                       "image",     "audio", "video"};

// All that the options say.
std::string Said(const std::vector<Option>& options) {
  std::string said;
  const auto add = [&said](std::string_view text) {
    said.append(text);
    said.push_back('\0');
  };
  for (const Option& option : options) {
    add(option.id);
    add(option.label.nl);
    add(option.label.en);
    add(option.missing ? "missing" : "");
    for (const auto& [name, value] : option.attributes) {
      add(name);
      add(value);
    }
    said.push_back('\1');
  }
  return said;
}

}  // namespace

const std::string& ChoiceLists::Add(const std::vector<Option>& options,
                                    const std::string& question) {
  const auto [at, added] = names_.try_emplace(Said(options), question);
  if (added) lists_.emplace_back(question, &options);
  return at->second;
}

bool ChoiceLists::MayBeColumn(std::string_view attribute) {
  return std::find(std::begin(kTaken), std::end(kTaken), attribute) == std::end(kTaken);
}

Sheet ChoiceLists::ToSheet() const {
  std::set<std::string> attributes;
  for (const auto& [name, options] : lists_) {
    for (const Option& option : *options) {
      for (const auto& [attribute, value] : option.attributes) {
        if (MayBeColumn(attribute)) attributes.insert(attribute);
      }
    }
  }
  Sheet sheet{"choices",
              {{"list_name", "name", "label::Nederlands (nl)", "label::English (en)", "missing"}}};
  sheet.rows[0].insert(sheet.rows[0].end(), attributes.begin(), attributes.end());
  for (const auto& [name, options] : lists_) {
    for (const Option& option : *options) {
      std::vector<std::string> row = {name, option.id, option.label.nl, option.label.en,
                                      option.missing ? "yes" : ""};
      for (const std::string& attribute : attributes) {
        const auto found = option.attributes.find(attribute);
        row.push_back(found == option.attributes.end() ? "" : found->second);
      }
      sheet.rows.push_back(std::move(row));
    }
  }
  return sheet;
}

}  // namespace vg::survey
