#include "services/funding/storage/component_text.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::funding {
namespace {

template <typename Number>
bool Read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string ToText(const std::vector<ComponentAmount>& components) {
  std::string text;
  for (const ComponentAmount& part : components) {
    absl::StrAppend(&text, text.empty() ? "" : " ", part.component, ":");
    if (part.amount.has_value()) {
      absl::StrAppend(&text, part.amount->cents);
    } else {
      text += '?';
    }
  }
  return text;
}

absl::StatusOr<std::vector<ComponentAmount>> ComponentsFromText(std::string_view text,
                                                                Currency currency) {
  std::vector<ComponentAmount> components;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const size_t colon = std::min(item.find(':'), item.size());
    const std::string_view value = item.substr(std::min(colon + 1, item.size()));
    ComponentAmount part;
    int64_t cents = 0;
    const bool known = value != "?";
    if (!Read(item.substr(0, colon), part.component) || part.component < 0 ||
        (known && !Read(value, cents))) {
      return absl::DataLossError(
          absl::StrCat("a stored allocation is damaged at '", Av(item), "'"));
    }
    if (known) part.amount = Money{cents, currency};
    components.push_back(part);
  }
  return components;
}

}  // namespace vg::funding
