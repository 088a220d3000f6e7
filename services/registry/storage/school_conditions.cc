#include "services/registry/storage/school_conditions.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "services/registry/domain/fold.h"

namespace vg::registry {
namespace {

// `text` with LIKE's own characters taken literally.
std::string LikePattern(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

std::string Conditions::Parameter(sql::Value value) {
  parameters_.push_back(std::move(value));
  return absl::StrCat("$", parameters_.size());
}

void Conditions::Add(std::string condition) {
  absl::StrAppend(&where_, where_.empty() ? "" : " AND ", condition);
}

template <typename T>
void Conditions::AddList(std::string_view column, const std::vector<T>& values) {
  if (values.empty()) return;
  std::string condition = absl::StrCat(Av(column), " IN (");
  for (size_t i = 0; i < std::bit_ceil(values.size()); ++i) {
    absl::StrAppend(&condition, i == 0 ? "" : ", ",
                    Parameter(values[std::min(i, values.size() - 1)]));
  }
  Add(condition + ")");
}

void Conditions::AddIn(std::string_view column, const std::vector<std::string>& values) {
  AddList(column, values);
}

void Conditions::AddIn(std::string_view column, const std::vector<int64_t>& values) {
  AddList(column, values);
}

void Conditions::AddSchools(const SchoolFilter& filter) {
  std::vector<int64_t> sectors;
  for (const Sector sector : filter.sectors) sectors.push_back(static_cast<int64_t>(sector));
  AddIn("sector", sectors);
  AddIn("code", filter.schools);
  AddIn("municipality", filter.municipalities);
  AddIn("board", filter.boards);
  AddIn("province", filter.provinces);
  AddIn("denomination", filter.denominations);
  if (!filter.school_types.empty()) {
    int64_t mask = 0;
    for (const SchoolType type : filter.school_types) mask |= 1 << static_cast<int>(type);
    Add(absl::StrCat("(type_mask & ", Parameter(mask), ") <> 0"));
  }
  if (!filter.text.empty()) {
    Add(absl::StrCat("search_text LIKE ", Parameter(LikePattern(FoldCase(filter.text))),
                     " ESCAPE '\\'"));
  }
}

}  // namespace vg::registry
