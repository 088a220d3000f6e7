#include "services/indicators/domain/units.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/education/school_classes.h"
#include "common/status/error.h"

namespace vg::indicators {
namespace {

constexpr std::array<std::string_view, kAttributes> kNames = {
    "sector", "province", "municipality", "board", "denomination", "size", "score"};

std::optional<int64_t> KnownPupils(const Unit& unit) {
  return unit.counted ? std::optional(unit.pupils) : std::nullopt;
}

}  // namespace

absl::StatusOr<Attribute> AttributeFromName(std::string_view name, std::string_view field) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    return InvalidField(field, "UNKNOWN_ATTRIBUTE",
                        absl::StrCat("'", std::string(name),
                                     "' is no attribute; there are sector, province, municipality, "
                                     "board, denomination, size and score"));
  }
  return static_cast<Attribute>(found - kNames.begin());
}

UnitTable::UnitTable(std::vector<Unit> units) {
  std::vector<Exact> scores;
  for (const Unit& unit : units) {
    if (auto score = ScorePerPupil(unit.score, unit.pupils)) scores.push_back(*std::move(score));
  }
  const ScoreQuintiles quintiles(std::move(scores));

  Intern("");
  rows_.reserve(units.size());
  for (Unit& unit : units) {
    Row row{};
    const std::array<std::string, kAttributes> values = {
        unit.sector,
        unit.province,
        unit.municipality,
        unit.board,
        unit.denomination,
        std::string(SizeClass(KnownPupils(unit))),
        quintiles.Of(ScorePerPupil(unit.score, unit.pupils))};
    for (size_t i = 0; i < values.size(); ++i) row.values[i] = Intern(values[i]);
    places_.emplace(std::move(unit.name), static_cast<int>(rows_.size()));
    rows_.push_back(row);
  }
}

int UnitTable::Find(std::string_view name) const {
  const auto found = places_.find(std::string(name));
  return found == places_.end() ? -1 : found->second;
}

const std::string& UnitTable::Get(int unit, Attribute attribute) const {
  return texts_[rows_[static_cast<size_t>(unit)].values[static_cast<size_t>(attribute)]];
}

std::map<std::string, std::string> UnitTable::ProvinceOfMunicipality() const {
  std::map<std::string, std::string> provinces = {{"", ""}};
  for (int unit = 0; unit < static_cast<int>(rows_.size()); ++unit) {
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
