#include "services/survey/forms/form_choices.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::survey {
namespace {

bool MayBeAttribute(std::string_view heading) {
  if (heading.empty() || !absl::ascii_islower(heading[0])) return false;
  for (const char c : heading) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '_') return false;
  }
  return heading != "list_name" && heading != "name" && heading != "missing" &&
         heading != "image" && heading != "audio" && heading != "video";
}

}  // namespace

FormChoices::FormChoices(const FormTable& sheet) {
  for (const auto& [heading, column] : sheet.columns()) {
    if (MayBeAttribute(heading)) {
      attributes_.insert(heading);
    } else if (heading != "list_name" && heading != "name" && heading != "missing" &&
               heading != "label::nl" && heading != "label::en") {
      warnings_.push_back(
          {"choices", 0, heading, "COLUMN_LEFT_OUT", "this column has no counterpart"});
    }
  }
  for (const std::string& heading : sheet.doubles()) {
    warnings_.push_back({"choices", 0, heading, "COLUMN_LEFT_OUT", "another column says the same"});
  }
  if (sheet.IsEnglishOnly("label")) {
    warnings_.push_back({"choices", 0, "label::en", "NO_DUTCH",
                         "there are no Dutch labels; the English stand for them"});
  }
  for (int row = sheet.first_row(); row <= sheet.last_row(); ++row) {
    ids_.Reserve(sheet.Get(row, "name"));
    for (const std::string& attribute : attributes_) ids_.Reserve(sheet.Get(row, attribute));
  }
  for (int row = sheet.first_row(); row <= sheet.last_row(); ++row) {
    const std::string_view list = sheet.Get(row, "list_name");
    const std::string_view name = sheet.Get(row, "name");
    if (sheet.IsBlank(row)) continue;
    if (list.empty() || name.empty()) {
      faults_.push_back({"choices", row, list.empty() ? "list_name" : "name", "REQUIRED",
                         "a choice must have a list and a name"});
      continue;
    }
    const std::string& id = ids_.IdOf(name);
    if (id != name && !known_.contains(name)) {
      warnings_.push_back({"choices", row, "name", "RENAMED",
                           absl::StrCat("\"", Av(name), "\" is called \"", id, "\" here")});
    }
    if (id != name) renamed_.insert("name");
    known_.emplace(name, id);
    Option option{id, sheet.Text(row, "label")};
    if (option.label.nl.empty()) {
      option.label.nl = std::string(name);
      warnings_.push_back(
          {"choices", row, "label", "NO_LABEL", "there is no label; its name stands for it"});
    }
    option.missing = absl::EqualsIgnoreCase(Av(sheet.Get(row, "missing")), "yes");
    if (!names_[std::string(list)].emplace(name, id).second) {
      faults_.push_back({"choices", row, "name", "DUPLICATE_ID",
                         absl::StrCat("\"", Av(name), "\" is in the list already")});
      continue;
    }
    lists_[std::string(list)].push_back(std::move(option));
  }
  // Values of columns, once it is known which are names of options.
  for (int row = sheet.first_row(); row <= sheet.last_row(); ++row) {
    const auto list = lists_.find(sheet.Get(row, "list_name"));
    if (list == lists_.end()) continue;
    const std::string id = IdOf(sheet.Get(row, "name"));
    for (Option& option : list->second) {
      if (option.id != id || !option.attributes.empty()) continue;
      for (const std::string& attribute : attributes_) {
        const std::string_view value = sheet.Get(row, attribute);
        if (value.empty()) continue;
        std::string value_id = IdOf(value);
        if (value_id != value) renamed_.insert(attribute);
        option.attributes[attribute] = std::move(value_id);
      }
    }
  }
}

const std::vector<Option>* FormChoices::Find(std::string_view list) const {
  const auto found = lists_.find(list);
  return found == lists_.end() ? nullptr : &found->second;
}

std::map<std::string, std::string> FormChoices::IdsOf(std::string_view list) const {
  const auto found = names_.find(list);
  return found == names_.end() ? std::map<std::string, std::string>() : found->second;
}

std::map<std::string, std::string> FormChoices::LabelsOf(std::string_view list) const {
  std::map<std::string, std::string> labels;
  const std::vector<Option>* const options = Find(list);
  if (options == nullptr) return labels;
  for (const auto& [name, id] : IdsOf(list)) {
    const auto option = std::find_if(options->begin(), options->end(),
                                     [&id](const Option& each) { return each.id == id; });
    if (option == options->end()) continue;
    const LocalizedText& label = option->label;
    if (!label.en.empty() && label.en != label.nl) return {};
    labels[name] = label.nl;
  }
  return labels;
}

std::string FormChoices::IdOf(std::string_view name) const {
  const auto found = known_.find(name);
  return found == known_.end() ? std::string(name) : found->second;
}

}  // namespace vg::survey
