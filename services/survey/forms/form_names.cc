#include "services/survey/forms/form_names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/expression/syntax.h"

namespace vg::survey {
namespace {

constexpr size_t kMostBytes = 63;

bool InId(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_'; }

}  // namespace

bool FormNames::IsId(std::string_view name) const {
  if (name.empty() || name.size() > kMostBytes || !std::all_of(name.begin(), name.end(), InId)) {
    return false;
  }
  if (!questions_) return name[0] != '_';
  return absl::ascii_islower(name[0]) && !expression::IsReserved(name) && name != "option" &&
         name != "option_id";
}

void FormNames::Reserve(std::string_view name) {
  if (IsId(name) && taken_.insert(std::string(name)).second) {
    ids_.emplace(name, name);
  }
}

const std::string& FormNames::IdOf(std::string_view name) {
  Reserve(name);
  if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
  std::string base;
  for (const char c : name.substr(0, kMostBytes - 6)) {
    const char lower = absl::ascii_tolower(c);
    base += InId(lower) ? lower : '_';
  }
  if (base.empty() || base[0] == '_' || !IsId(base)) base = (questions_ ? "q_" : "o_") + base;
  std::string id = base;
  for (int n = 2; !taken_.insert(id).second; ++n) id = absl::StrCat(base, "_", n);
  return ids_.emplace(name, std::move(id)).first->second;
}

}  // namespace vg::survey
