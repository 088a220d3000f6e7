#include "services/survey/domain/frame.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "services/survey/domain/errors.h"

namespace vg::survey {

Frame::Frame(const Wave& wave, std::vector<Unit> units, const std::vector<Sample>& samples)
    : wave_name_(wave.name()),
      snapshot_(wave.snapshot),
      questionnaires_(wave.questionnaires),
      units_(std::move(units)) {
  for (const WaveQuestionnaire& asked : questionnaires_) {
    version_names_.push_back(asked.version_name());
  }
  by_name_.reserve(units_.size());
  for (const Unit& unit : units_) by_name_.emplace(unit.name, &unit);
  for (const Sample& sample : samples) {
    auto& sampled = samples_[sample.role];
    for (const SampleUnit& drawn : sample.units) {
      const Unit* const known = Find(drawn.unit);
      if (known == nullptr) continue;
      Unit unit = *known;
      for (const auto& [name, value] : drawn.attributes) SetAttribute(unit.attributes, name, value);
      if (!drawn.stratum.empty()) SetAttribute(unit.attributes, kStratum, drawn.stratum);
      sampled.emplace(drawn.unit, Sampled{std::move(unit), drawn.weight});
    }
  }
}

absl::StatusOr<int> Frame::Match(std::string_view questionnaire_version,
                                 std::string_view unit) const {
  const auto name = std::find(version_names_.begin(), version_names_.end(), questionnaire_version);
  if (name == version_names_.end()) {
    return WrongQuestionnaire(absl::StrCat("must be a questionnaire of ", wave_name_, "; ",
                                           Av(questionnaire_version), " is not"));
  }
  const int place = static_cast<int>(name - version_names_.begin());
  const WaveQuestionnaire& asked = questionnaires_[place];
  if (KindOf(unit) != KindAsked(asked.role)) return WrongUnit(unit, asked.role);
  const Unit* const found = Find(unit);
  if (found == nullptr) return UnknownUnit(unit, snapshot_);
  if (!Asks(asked, found->sector)) {
    return WrongQuestionnaire(absl::StrCat("is not put to ", Av(SectorWords(found->sector)),
                                           ", the sector of ", Av(unit)));
  }
  if (Find(unit, asked.role) == nullptr) return NotInSample("unit", unit, asked.role);
  return place;
}

const Unit* Frame::Find(std::string_view unit) const {
  const auto found = by_name_.find(Av(unit));
  return found == by_name_.end() ? nullptr : found->second;
}

const Unit* Frame::Find(std::string_view unit, Role role) const {
  if (const auto sample = samples_.find(role); sample != samples_.end()) {
    const auto sampled = sample->second.find(unit);
    return sampled == sample->second.end() ? nullptr : &sampled->second.unit;
  }
  const Unit* const found = Find(unit);
  return found != nullptr && IsAsked(*found, role) ? found : nullptr;
}

bool Frame::IsAsked(const Unit& unit, Role role) const {
  if (KindOf(unit.name) != KindAsked(role)) return false;
  return std::any_of(questionnaires_.begin(), questionnaires_.end(),
                     [&](const WaveQuestionnaire& asked) {
                       return asked.role == role && Asks(asked, unit.sector);
                     });
}

const Exact& Frame::Weight(std::string_view unit, Role role) const {
  static const Exact& one = *new Exact(1);
  const auto sample = samples_.find(role);
  if (sample == samples_.end()) return one;
  const auto sampled = sample->second.find(unit);
  return sampled == sample->second.end() ? one : sampled->second.weight;
}

absl::Status Frame::CheckAsked(std::string_view unit, Role role, std::string_view field) const {
  if (Find(unit, role) != nullptr) return absl::OkStatus();
  const Unit* const known = Find(unit);
  if (KindOf(unit) == KindAsked(role) && known == nullptr) {
    return InvalidField(field, "UNKNOWN_UNIT",
                        absl::StrCat("must be a unit of ", snapshot_, "; ", Av(unit), " is not"));
  }
  if (known != nullptr && IsAsked(*known, role)) return NotInSample(field, unit, role);
  return InvalidField(
      field, "WRONG_UNIT",
      absl::StrCat("must be a unit that ", Av(RoleWords(role)), " are asked about; is ", Av(unit)));
}

std::vector<const Unit*> Frame::UnitsOf(Role role) const {
  std::vector<const Unit*> units;
  if (const auto sample = samples_.find(role); sample != samples_.end()) {
    for (const auto& [name, sampled] : sample->second) units.push_back(&sampled.unit);
    return units;
  }
  for (const Unit& unit : units_) {
    if (IsAsked(unit, role)) units.push_back(&unit);
  }
  return units;
}

absl::Status CheckQuotas(const Wave& wave, const Frame& frame, std::string_view prefix) {
  std::vector<FieldViolation> faults;
  for (size_t i = 0; i < wave.quotas.size(); ++i) {
    const Quota& quota = wave.quotas[i];
    if (quota.where.empty()) continue;
    const std::vector<const Unit*> units = frame.UnitsOf(quota.role);
    if (std::any_of(units.begin(), units.end(),
                    [&quota](const Unit* unit) { return HasAll(unit->attributes, quota.where); })) {
      continue;
    }
    std::string wanted;
    for (const auto& [name, value] : quota.where) {
      absl::StrAppend(&wanted, wanted.empty() ? "" : " and ", name, " \"", value, "\"");
    }
    faults.push_back({absl::StrCat(Av(prefix), "quotas[", i, "].where"), "NO_UNIT",
                      absl::StrCat("must be what some unit of the wave has; none has ", wanted)});
  }
  return faults.empty() ? absl::OkStatus() : InvalidFields(std::move(faults));
}

}  // namespace vg::survey
