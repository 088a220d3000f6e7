#include "services/survey/domain/sample.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"
#include "services/survey/domain/frame.h"

namespace vg::survey {
namespace {

std::string UnitField(std::string_view field, size_t place) {
  return absl::StrCat(Av(field), ".units[", place, "]");
}

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= 63 &&
         absl::ascii_islower(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           const auto letter = static_cast<unsigned char>(c);
           return absl::ascii_islower(letter) || absl::ascii_isdigit(letter) || c == '_';
         });
}

// What was drawn in `stage`: the cluster, or the unit itself.
std::string_view Drawn(const SampleUnit& unit, size_t stage) {
  const std::string& cluster = unit.stages[stage].cluster;
  return cluster.empty() ? std::string_view(unit.unit) : cluster;
}

absl::Status CheckUnit(const SampleUnit& unit, Role role, const Frame& frame,
                       const std::string& field) {
  const Unit* const known = frame.Find(unit.unit);
  if (KindOf(unit.unit) != KindAsked(role)) {
    return InvalidField(
        field + ".unit", "WRONG_UNIT",
        absl::StrCat("must be ", Av(KindWords(KindAsked(role))), "; is ", unit.unit));
  }
  if (known == nullptr) {
    return InvalidField(field + ".unit", "UNKNOWN_UNIT",
                        absl::StrCat("must be a unit of the snapshot; ", unit.unit, " is not"));
  }
  if (frame.Find(unit.unit, role) == nullptr) {
    return InvalidField(
        field + ".unit", "WRONG_UNIT",
        absl::StrCat("is of ", Av(SectorWords(known->sector)), ", to which no questionnaire of ",
                     Av(RoleWords(role)), " is put"));
  }
  if (unit.weight.Sign() <= 0) {
    return InvalidField(field + ".weight", "BAD_WEIGHT",
                        absl::StrCat("must be more than 0; is ", unit.weight.ToText()));
  }
  for (const auto& [name, value] : unit.attributes) {
    if (!IsName(name)) {
      return InvalidField(field + ".attributes", "MALFORMED",
                          absl::StrCat("must have names of at most 63 lower-case letters, digits "
                                       "and underscores; \"",
                                       name, "\" is none"));
    }
    if (name != kStratum && ValueOf(known->attributes, name).empty() && !IsRegisterName(name)) {
      continue;
    }
    return InvalidField(field + ".attributes", "RESERVED_NAME",
                        absl::StrCat("must not use \"", name, "\", a name of the register"));
  }
  return absl::OkStatus();
}

// From what something was drawn in a stage: in the first the stratum, later the cluster before.
struct Pool {
  int64_t population_size = 0;
  size_t first = 0;  // The place of the unit that told the size.
  std::set<std::string_view> drawn;
};

absl::Status CheckStages(const Sample& sample, std::string_view field) {
  const size_t stages = sample.units.empty() ? 0 : sample.units.front().stages.size();
  for (size_t i = 0; i < sample.units.size(); ++i) {
    if (sample.units[i].stages.size() == stages) continue;
    return InvalidField(
        UnitField(field, i) + ".stages", "STAGES_DIFFER",
        absl::StrCat("must be ", stages, " stages, as those of the first unit; are ",
                     sample.units[i].stages.size()));
  }
  for (size_t stage = 0; stage < stages; ++stage) {
    std::map<std::string_view, Pool> pools;
    std::map<std::string_view, std::string_view> pool_of;  // By what was drawn.
    const auto size_field = [&](size_t i) {
      return absl::StrCat(UnitField(field, i), ".stages[", stage, "]");
    };
    for (size_t i = 0; i < sample.units.size(); ++i) {
      const SampleUnit& unit = sample.units[i];
      const std::string_view from =
          stage == 0 ? std::string_view(unit.stratum) : Drawn(unit, stage - 1);
      const std::string_view drawn = Drawn(unit, stage);
      const auto [known, added] = pool_of.emplace(drawn, from);
      if (!added && known->second != from) {
        return InvalidField(size_field(i) + ".cluster", "CLUSTER_IN_TWO_STRATA",
                            absl::StrCat("\"", Av(drawn), "\" was drawn from \"", Av(from),
                                         "\" and from \"", Av(known->second), "\""));
      }
      Pool& pool = pools[from];
      const int64_t size = unit.stages[stage].population_size;
      if (pool.drawn.empty()) {
        pool.population_size = size;
        pool.first = i;
      } else if (size != pool.population_size) {
        return InvalidField(size_field(i) + ".population_size", "SIZES_DIFFER",
                            absl::StrCat("must be the same for all that were drawn from \"",
                                         Av(from), "\"; is ", size, ", and of ",
                                         sample.units[pool.first].unit, " ", pool.population_size));
      }
      pool.drawn.insert(drawn);
    }
    for (const auto& [from, pool] : pools) {
      if (pool.population_size == 0) continue;
      if (pool.population_size >= static_cast<int64_t>(pool.drawn.size())) continue;
      return InvalidField(size_field(pool.first) + ".population_size", "POPULATION_TOO_SMALL",
                          absl::StrCat("must be at least ", pool.drawn.size(),
                                       ", the number that was drawn from \"", Av(from), "\"; is ",
                                       pool.population_size));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSample(const Sample& sample, const Frame& frame, std::string_view field) {
  absl::flat_hash_set<absl::string_view> seen;
  for (size_t i = 0; i < sample.units.size(); ++i) {
    const SampleUnit& unit = sample.units[i];
    const std::string unit_field = UnitField(field, i);
    RETURN_IF_ERROR(CheckUnit(unit, sample.role, frame, unit_field));
    if (!seen.insert(unit.unit).second) {
      return InvalidField(unit_field + ".unit", "SAMPLED_TWICE",
                          absl::StrCat(unit.unit, " is in the sample already"));
    }
  }
  return CheckStages(sample, field);
}

SampleSummary Summarize(const Sample& sample) {
  std::vector<const SampleUnit*> ordered;
  std::set<std::string_view> strata;
  SampleSummary summary{.role = sample.role,
                        .description = sample.description,
                        .units = static_cast<int64_t>(sample.units.size())};
  for (const SampleUnit& unit : sample.units) {
    ordered.push_back(&unit);
    strata.insert(unit.stratum);
    summary.weight += unit.weight;
    summary.stages = static_cast<int64_t>(unit.stages.size());
  }
  summary.strata = static_cast<int64_t>(strata.size());
  std::sort(ordered.begin(), ordered.end(),
            [](const SampleUnit* a, const SampleUnit* b) { return a->unit < b->unit; });

  DigestBuilder digest("voortgang.survey.sample.v1");
  digest.Integer(static_cast<int>(sample.role)).Text(sample.description).List(ordered.size());
  for (const SampleUnit* const unit : ordered) {
    digest.Text(unit->unit).Text(unit->stratum).List(unit->stages.size());
    for (size_t stage = 0; stage < unit->stages.size(); ++stage) {
      digest.Text(Drawn(*unit, stage)).Integer(unit->stages[stage].population_size);
    }
    digest.Number(unit->weight).List(unit->attributes.size());
    for (const auto& [name, value] : unit->attributes) digest.Text(name).Text(value);
  }
  summary.digest = digest.Finish();
  return summary;
}

}  // namespace vg::survey
