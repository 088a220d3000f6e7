#include "services/funding/domain/explanation/digested_form.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/numbers.h"

#include "common/status/absl_view.h"

namespace vg::funding {

DigestedForm::DigestedForm(std::string_view form) {
  while (!form.empty()) {
    const size_t colon = form.find(':');
    uint64_t size = 0;
    if (colon == std::string_view::npos || colon < 2 ||
        !absl::SimpleAtoi(Av(form.substr(1, colon - 1)), &size) || size > form.size() - colon - 1) {
      fields_.clear();
      return;
    }
    fields_.push_back({form.front(), std::string(form.substr(colon + 1, size))});
    form.remove_prefix(colon + 1 + size);
  }
}

bool DigestedForm::HasRecord(std::string_view kind, std::string_view id,
                             const std::vector<std::string>& contents) const {
  const auto begins = [kind](const Field& field) {
    return field.letter == 'R' && field.bytes == kind;
  };
  for (auto at = std::ranges::find_if(fields_, begins); at != fields_.end();
       at = std::find_if(at + 1, fields_.end(), begins)) {
    if (at + 1 == fields_.end() || (at + 1)->bytes != id) continue;
    const auto end = std::find_if(at + 1, fields_.end(), begins);
    return std::ranges::all_of(contents, [&](const std::string& content) {
      return std::find_if(at + 1, end,
                          [&](const Field& field) { return field.bytes == content; }) != end;
    });
  }
  return false;
}

}  // namespace vg::funding
