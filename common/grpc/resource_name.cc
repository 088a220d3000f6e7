#include "common/grpc/resource_name.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::rpc {
namespace {

constexpr char kVariable[] = "{}";
constexpr size_t kMaxIdLength = 128;

bool IsId(std::string_view text) {
  if (text.empty() || text.size() > kMaxIdLength || text == "-" || text == "." || text == "..") {
    return false;
  }
  for (const char c : text) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.' || c == '~';
    if (!fits) return false;
  }
  return true;
}

}  // namespace

ResourcePattern::ResourcePattern(std::string_view pattern) : pattern_(pattern) {
  for (const absl::string_view segment : absl::StrSplit(Av(pattern_), '/')) {
    const bool variable = !segment.empty() && segment.front() == '{' && segment.back() == '}';
    segments_.push_back(variable ? kVariable : std::string(segment));
  }
}

absl::StatusOr<std::vector<std::string>> ResourcePattern::Parse(std::string_view name,
                                                                std::string_view field,
                                                                bool allow_wildcard) const {
  const std::vector<std::string> given = absl::StrSplit(Av(name), '/');
  std::vector<std::string> ids;
  bool fits = given.size() == segments_.size();
  for (size_t i = 0; fits && i < given.size(); ++i) {
    if (segments_[i] == kVariable) {
      fits = IsId(given[i]) || (allow_wildcard && given[i] == "-");
      ids.push_back(given[i]);
    } else {
      fits = given[i] == segments_[i];
    }
  }
  if (!fits) {
    return InvalidField(field, "MALFORMED_NAME",
                        "must be a name of the form \"" + pattern_ + "\", is \"" +
                            std::string(name.substr(0, kMaxIdLength)) + "\"");
  }
  return ids;
}

absl::StatusOr<std::string> ResourcePattern::ParseId(std::string_view name,
                                                     std::string_view field) const {
  auto ids = Parse(name, field);
  if (!ids.ok()) return ids.status();
  if (ids->size() != 1) std::abort();  // The pattern has another number of variables.
  return std::move(ids->front());
}

bool ResourcePattern::Matches(std::string_view name) const {
  return Parse(name, "name", /*allow_wildcard=*/true).ok();
}

std::string ResourcePattern::Format(const std::vector<std::string>& ids) const {
  std::vector<std::string> parts = segments_;
  size_t next = 0;
  for (std::string& part : parts) {
    if (part != kVariable) continue;
    if (next == ids.size()) std::abort();  // Fewer ids than variables.
    part = ids[next++];
  }
  if (next != ids.size()) std::abort();  // More ids than variables.
  return absl::StrJoin(parts, "/");
}

}  // namespace vg::rpc
