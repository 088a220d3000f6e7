#include "services/indicators/domain/units.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "absl/strings/str_join.h"

#include "common/education/school_classes.h"

namespace vg::indicators {
namespace {

constexpr std::array<std::string_view, kAttributes> kNames = {
    "sector", "province", "municipality", "board", "denomination", "size", "score"};

std::optional<int64_t> KnownPupils(const Unit& unit) {
  return unit.counted ? std::optional(unit.pupils) : std::nullopt;
}

}  // namespace

UnitTable::UnitTable(std::vector<Unit> units) {
  std::vector<Exact> scores;
  for (const Unit& unit : units) {
    if (auto score = ScorePerPupil(unit.score, unit.pupils)) scores.push_back(*std::move(score));
  }
  const ScoreQuintiles quintiles(std::move(scores));

  std::set<std::string> further;
  for (const Unit& unit : units) {
    for (const auto& [name, value] : unit.attributes) further.insert(name);
  }
  for (const std::string_view name : kNames) further.erase(std::string(name));
  attribute_names_.assign(kNames.begin(), kNames.end());
  attribute_names_.insert(attribute_names_.end(), further.begin(), further.end());

  Intern("");
  values_.reserve(units.size() * attribute_names_.size());
  for (Unit& unit : units) {
    const std::array<std::string, kAttributes> values = {
        unit.sector,
        unit.province,
        unit.municipality,
        unit.board,
        unit.denomination,
        std::string(SizeClass(KnownPupils(unit))),
        quintiles.Of(ScorePerPupil(unit.score, unit.pupils))};
    for (const std::string& value : values) values_.push_back(Intern(value));
    for (const std::string& name : further) {
      const auto found = unit.attributes.find(name);
      values_.push_back(Intern(found == unit.attributes.end() ? "" : found->second));
    }
    pupils_.push_back(unit.counted ? unit.pupils : -1);
    const auto place = places_.emplace(std::move(unit.name), size()).first;
    names_.push_back(&place->first);
  }
}

std::optional<Attribute> UnitTable::FindAttribute(std::string_view name) const {
  const auto found = std::find(attribute_names_.begin(), attribute_names_.end(), name);
  if (found == attribute_names_.end()) return std::nullopt;
  return static_cast<Attribute>(found - attribute_names_.begin());
}

std::string UnitTable::AttributeNames() const { return absl::StrJoin(attribute_names_, ", "); }

std::optional<int64_t> UnitTable::Pupils(int unit) const {
  const int64_t pupils = pupils_[static_cast<size_t>(unit)];
  return pupils < 0 ? std::nullopt : std::optional(pupils);
}

int UnitTable::Find(std::string_view name) const {
  const auto found = places_.find(std::string(name));
  return found == places_.end() ? -1 : found->second;
}

const std::string& UnitTable::Get(int unit, Attribute attribute) const {
  return texts_[values_[static_cast<size_t>(unit) * attribute_names_.size() +
                        static_cast<size_t>(attribute)]];
}

std::map<std::string, std::string> UnitTable::ProvinceOfMunicipality() const {
  std::map<std::string, std::string> provinces = {{"", ""}};
  for (int unit = 0; unit < size(); ++unit) {
    provinces.try_emplace(Get(unit, Attribute::kMunicipality), Get(unit, Attribute::kProvince));
  }
  return provinces;
}

uint32_t UnitTable::Intern(const std::string& text) {
  const auto [place, added] = text_ids_.emplace(text, static_cast<uint32_t>(texts_.size()));
  if (added) texts_.push_back(text);
  return place->second;
}

}  // namespace vg::indicators
