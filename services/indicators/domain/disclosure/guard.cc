#include "services/indicators/domain/disclosure/guard.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

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
  std::map<int, Size> first, second;  // Of each table's groups.
  std::map<std::pair<int, int>, Size> in_both;
};

Overlaps OverlapsOf(const UnitRecords& records, const SeenTable& first, const SeenTable& second) {
  Overlaps overlaps;
  const size_t units = std::min({records.size(), first.group_of.size(), second.group_of.size()});
  for (size_t unit = 0; unit < units; ++unit) {
    if (records[unit] == 0) continue;
    const Size one{records[unit], 1};
    const int a = first.group_of[unit], b = second.group_of[unit];
    if (a >= 0) overlaps.first[a].Add(one);
    if (b >= 0) overlaps.second[b].Add(one);
    if (a >= 0 && b >= 0) overlaps.in_both[{a, b}].Add(one);
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

// `whole` and `part`: of both tables' groups, the sizes; `whole_first`: whether pairs have the
// whole first.
std::map<int, Cover> CoversOf(const std::map<int, Size>& whole,
                              const std::vector<char>& whole_shown, const std::map<int, Size>& part,
                              const std::vector<char>& part_shown,
                              const std::map<std::pair<int, int>, Size>& in_both,
                              bool whole_first) {
  std::map<int, Cover> covers;
  for (const auto& [pair, size] : in_both) {
    const int outer = whole_first ? pair.first : pair.second;
    const int inner = whole_first ? pair.second : pair.first;
    if (whole_shown[static_cast<size_t>(outer)] == 0) continue;
    if (part_shown[static_cast<size_t>(inner)] == 0 || part.at(inner) != size) continue;
    Cover& cover = covers.try_emplace(outer, Cover{{}, whole.at(outer)}).first->second;
    cover.parts.push_back(inner);
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
  for (const auto& [group, cover] : CoversOf(overlaps.first, asked.shown, overlaps.second,
                                             earlier.shown, overlaps.in_both, true)) {
    if (TooSmall(policy, cover.rest)) hide.insert(group);
  }
  for (auto& [group, cover] : CoversOf(overlaps.second, earlier.shown, overlaps.first, asked.shown,
                                       overlaps.in_both, false)) {
    // The smallest of the parts go until the rest is large enough.
    std::sort(cover.parts.begin(), cover.parts.end(), [&](int a, int b) {
      return std::pair(overlaps.first.at(a).records, a) <
             std::pair(overlaps.first.at(b).records, b);
    });
    for (const int part : cover.parts) {
      if (!TooSmall(policy, cover.rest)) break;
      hide.insert(part);
      cover.rest.Add(overlaps.first.at(part));
    }
  }
  return hide;
}

}  // namespace vg::indicators::disclosure
