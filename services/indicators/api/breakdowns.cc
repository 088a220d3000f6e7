#include "services/indicators/api/breakdowns.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error.h"

namespace vg::indicators {

std::string Breakdown::ValueOf(const UnitTable& units, int place, const WaveSample* sample,
                               const std::string& unit) const {
  if (attribute.has_value()) return place < 0 ? "" : units.Get(place, *attribute);
  const auto member = sample->members.find(unit);
  if (member == sample->members.end()) return "";
  const auto value = member->second.attributes.find(of_sample);
  return value == member->second.attributes.end() ? "" : value->second;
}

absl::StatusOr<std::vector<Breakdown>> BreakdownsFromProto(
    const google::protobuf::RepeatedPtrField<std::string>& names, const UnitTable& units,
    const WaveSample* sample) {
  std::vector<Breakdown> breakdowns;
  std::set<std::string> seen;
  for (int i = 0; i < names.size(); ++i) {
    const std::string field = absl::StrCat("breakdowns[", i, "]");
    if (!seen.insert(names[i]).second) {
      return InvalidField(field, "ATTRIBUTE_TWICE", "is there already");
    }
    const std::optional<Attribute> attribute = units.FindAttribute(names[i]);
    if (!attribute.has_value() &&
        (sample == nullptr || !sample->attribute_names.contains(names[i]))) {
      std::string known = units.AttributeNames();
      if (sample != nullptr && !sample->attribute_names.empty()) {
        absl::StrAppend(&known, ", ", absl::StrJoin(sample->attribute_names, ", "));
      }
      return InvalidField(field, "UNKNOWN_ATTRIBUTE",
                          absl::StrCat("'", names[i], "' is no attribute; there are ", known));
    }
    breakdowns.push_back({attribute, names[i]});
  }
  return breakdowns;
}

std::vector<Areas> AreasOf(const std::vector<Breakdown>& breakdowns, const UnitTable& units) {
  std::vector<Areas> areas;
  for (const Breakdown& breakdown : breakdowns) {
    areas.push_back(breakdown.attribute == Attribute::kMunicipality ? units.ProvinceOfMunicipality()
                                                                    : Areas());
  }
  return areas;
}

TableIndex IndexOf(const std::vector<Breakdown>& breakdowns, const UnitTable& units,
                   const WaveSample* sample, const std::vector<const std::string*>& names) {
  TableIndex index;
  index.group_of.assign(names.size(), -1);
  if (breakdowns.empty()) return index;
  std::map<Group, std::vector<size_t>> units_of;
  for (size_t i = 0; i < names.size(); ++i) {
    Group group;
    const int place = units.Find(*names[i]);
    for (const Breakdown& breakdown : breakdowns) {
      group.push_back(breakdown.ValueOf(units, place, sample, *names[i]));
    }
    units_of[std::move(group)].push_back(i);
  }
  for (const auto& [group, members] : units_of) {
    for (const size_t member : members) {
      index.group_of[member] = static_cast<int>(index.groups.size());
    }
    index.groups.push_back(group);
  }
  return index;
}

}  // namespace vg::indicators
