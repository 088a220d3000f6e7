#include "services/survey/domain/draw.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/digest/digest.h"
#include "common/numeric/apportion.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

using Strata = std::map<std::string, std::vector<const Unit*>>;

absl::StatusOr<Strata> Stratify(const DrawPlan& plan, const std::vector<Unit>& units) {
  Strata strata;
  std::vector<bool> known(plan.stratify_by.size());
  for (const Unit& unit : units) {
    if (KindOf(unit.name) != KindAsked(plan.role) || !HasAll(unit.attributes, plan.where)) continue;
    std::vector<std::string> values;
    for (size_t i = 0; i < plan.stratify_by.size(); ++i) {
      values.emplace_back(ValueOf(unit.attributes, plan.stratify_by[i]));
      known[i] = known[i] || !values.back().empty();
    }
    strata[absl::StrJoin(values, "/")].push_back(&unit);
  }
  if (strata.empty()) {
    return InvalidField("where", "POPULATION_TOO_SMALL", "must leave units to draw from");
  }
  for (size_t i = 0; i < known.size(); ++i) {
    if (known[i]) continue;
    return InvalidField(absl::StrCat("stratify_by[", i, "]"), "UNKNOWN_ATTRIBUTE",
                        absl::StrCat("\"", plan.stratify_by[i], "\" is an attribute of no unit"));
  }
  return strata;
}

absl::StatusOr<std::map<std::string, int64_t>> Allocate(const DrawPlan& plan,
                                                        const Strata& strata) {
  if (plan.size == 0) return plan.allocation;
  int64_t population = 0;
  std::vector<Exact> sizes;
  for (const auto& [stratum, units] : strata) {
    sizes.emplace_back(static_cast<int64_t>(units.size()));
    population += static_cast<int64_t>(units.size());
  }
  if (plan.size > population) {
    return InvalidField("size", "POPULATION_TOO_SMALL",
                        absl::StrCat("must be at most ", population, ", all there are"));
  }
  ASSIGN_OR_RETURN(const std::vector<int64_t> shares, Apportion(plan.size, sizes));
  std::map<std::string, int64_t> allocation;
  size_t next = 0;
  for (const auto& [stratum, units] : strata) {
    allocation[stratum] = std::max<int64_t>(1, shares[next++]);
  }
  return allocation;
}

}  // namespace

absl::StatusOr<Sample> Draw(const DrawPlan& plan, const std::vector<Unit>& units) {
  if ((plan.size == 0) == plan.allocation.empty()) {
    return InvalidField("size", "REQUIRED", "must be set, or allocation, and not both");
  }
  ASSIGN_OR_RETURN(const Strata strata, Stratify(plan, units));
  ASSIGN_OR_RETURN(const auto allocation, Allocate(plan, strata));
  Sample sample{.role = plan.role,
                .description = absl::StrCat("Stratified by ", absl::StrJoin(plan.stratify_by, ", "),
                                            "; SHA-256, seed ", plan.seed)};
  for (const auto& [stratum, count] : allocation) {
    const auto found = strata.find(stratum);
    if (found == strata.end()) {
      return InvalidField("allocation", "UNKNOWN_STRATUM",
                          absl::StrCat("\"", stratum, "\" is no stratum"));
    }
    const auto size = static_cast<int64_t>(found->second.size());
    if (count < 0 || count > size) {
      return InvalidField(
          "allocation", "POPULATION_TOO_SMALL",
          absl::StrCat("must be from 0 to ", size, " for \"", stratum, "\"; is ", count));
    }
    if (count == 0) continue;
    std::vector<std::pair<std::string, const Unit*>> order;
    for (const Unit* const unit : found->second) {
      order.emplace_back(Sha256Hex(absl::StrCat(plan.seed, " ", unit->name)), unit);
    }
    std::sort(order.begin(), order.end());
    ASSIGN_OR_RETURN(const Exact weight, Exact::FromFraction(size, count));
    for (int64_t i = 0; i < count; ++i) {
      sample.units.push_back({.unit = order[static_cast<size_t>(i)].second->name,
                              .stratum = stratum,
                              .stages = {{"", size}},
                              .weight = weight,
                              .attributes = {}});
    }
  }
  return sample;
}

}  // namespace vg::survey
