#include "services/indicators/domain/disclosure/guard.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vg::indicators::disclosure {
namespace {

struct Size {
  int64_t records = 0, units = 0;

  void Add(const Size& other) {
    records += other.records;
    units += other.units;
  }
  friend bool operator==(const Size&, const Size&) = default;
};

struct Overlaps {
  std::vector<Size> first, second;  // Of each table's groups.
  std::unordered_map<int64_t, Size> in_both;
  int64_t width = 0;  // Groups of the second table: what is in groups a and b is at a * width + b.
};

Overlaps OverlapsOf(const UnitRecords& records, const SeenTable& first, const SeenTable& second) {
  Overlaps overlaps{.first = std::vector<Size>(first.shown.size()),
                    .second = std::vector<Size>(second.shown.size()),
                    .width = static_cast<int64_t>(second.shown.size())};
  const size_t units = std::min({records.size(), first.group_of.size(), second.group_of.size()});
  for (size_t unit = 0; unit < units; ++unit) {
    if (records[unit] == 0) continue;
    const Size one{records[unit], 1};
    const int a = first.group_of[unit], b = second.group_of[unit];
    if (a >= 0) overlaps.first[static_cast<size_t>(a)].Add(one);
    if (b >= 0) overlaps.second[static_cast<size_t>(b)].Add(one);
    if (a >= 0 && b >= 0) overlaps.in_both[a * overlaps.width + b].Add(one);
  }
  return overlaps;
}

bool TooSmall(const Policy& policy, const Size& size) {
  return size.records > 0 &&
         (size.records < policy.minimum_records || size.units < policy.minimum_units);
}

// Groups in a group of the other table, and what they leave of it.
struct Cover {
  std::vector<int> parts;
  Size rest;
};

// By group of the whole, which is the first table or the second.
std::map<int, Cover> CoversOf(const Overlaps& overlaps, const SeenTable& first,
                              const SeenTable& second, bool whole_first) {
  const std::vector<Size>& whole = whole_first ? overlaps.first : overlaps.second;
  const std::vector<Size>& part = whole_first ? overlaps.second : overlaps.first;
  const SeenTable& whole_table = whole_first ? first : second;
  const SeenTable& part_table = whole_first ? second : first;
  std::map<int, Cover> covers;
  for (const auto& [place, size] : overlaps.in_both) {
    const int64_t a = place / overlaps.width, b = place % overlaps.width;
    const auto outer = static_cast<size_t>(whole_first ? a : b);
    const auto inner = static_cast<size_t>(whole_first ? b : a);
    if (whole_table.shown[outer] == 0 || part_table.shown[inner] == 0) continue;
    if (part[inner] != size) continue;
    Cover& cover =
        covers.try_emplace(static_cast<int>(outer), Cover{{}, whole[outer]}).first->second;
    cover.parts.push_back(static_cast<int>(inner));
    cover.rest.records -= size.records;
    cover.rest.units -= size.units;
  }
  return covers;
}

}  // namespace

std::set<int> GivenAway(const Policy& policy, const UnitRecords& records, const SeenTable& asked,
                        const SeenTable& earlier) {
  const Overlaps overlaps = OverlapsOf(records, asked, earlier);
  std::set<int> hide;
  for (const auto& [group, cover] : CoversOf(overlaps, asked, earlier, true)) {
    if (TooSmall(policy, cover.rest)) hide.insert(group);
  }
  const auto size_of = [&](int part) -> const Size& {
    return overlaps.first[static_cast<size_t>(part)];
  };
  for (auto& [group, cover] : CoversOf(overlaps, asked, earlier, false)) {
    // The smallest of the parts go until the rest is large enough.
    std::sort(cover.parts.begin(), cover.parts.end(), [&](int a, int b) {
      return std::pair(size_of(a).records, a) < std::pair(size_of(b).records, b);
    });
    for (const int part : cover.parts) {
      if (!TooSmall(policy, cover.rest)) break;
      hide.insert(part);
      cover.rest.Add(size_of(part));
    }
  }
  return hide;
}

}  // namespace vg::indicators::disclosure
