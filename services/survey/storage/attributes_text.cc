#include "services/survey/storage/attributes_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::survey {
namespace {

void Add(std::string_view item, std::string& text) {
  absl::StrAppend(&text, item.size(), ":", Av(item));
}

}  // namespace

std::string ToText(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) Add(item, text);
  return text;
}

std::string ToText(const Attributes& attributes) {
  std::string text;
  for (const auto& [name, value] : attributes) {
    Add(name, text);
    Add(value, text);
  }
  return text;
}

std::vector<std::string> ListFromText(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const size_t colon = text.find(':');
    size_t length = 0;
    if (colon == std::string_view::npos || !absl::SimpleAtoi(Av(text.substr(0, colon)), &length)) {
      break;
    }
    items.emplace_back(text.substr(colon + 1, length));
    text.remove_prefix(std::min(text.size(), colon + 1 + length));
  }
  return items;
}

Attributes AttributesFromText(std::string_view text) {
  std::vector<std::string> items = ListFromText(text);
  Attributes attributes;
  attributes.reserve(items.size() / 2);
  for (size_t i = 0; i + 1 < items.size(); i += 2) {
    attributes.emplace_back(std::move(items[i]), std::move(items[i + 1]));
  }
  return attributes;
}

}  // namespace vg::survey
