#include "services/survey/domain/draw.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/digest/digest.h"
#include "common/numeric/apportion.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

using Units = std::vector<const Unit*>;
// By name; of a sample without clusters every unit is one.
using Clusters = std::map<std::string, Units>;
using Strata = std::map<std::string, Clusters>;

absl::Status UnknownAttribute(std::string field, std::string_view name) {
  return InvalidField(std::move(field), "UNKNOWN_ATTRIBUTE",
                      absl::StrCat("\"", Av(name), "\" is an attribute of no unit"));
}

absl::StatusOr<Strata> Stratify(const DrawPlan& plan, const std::vector<Unit>& units) {
  Strata strata;
  std::vector<bool> known(plan.stratify_by.size());
  bool has_clusters = plan.cluster_by.empty();
  std::map<std::string, std::string> stratum_of;  // By cluster.
  for (const Unit& unit : units) {
    if (KindOf(unit.name) != KindAsked(plan.role) || !HasAll(unit.attributes, plan.where)) continue;
    std::vector<std::string> values;
    for (size_t i = 0; i < plan.stratify_by.size(); ++i) {
      values.emplace_back(ValueOf(unit.attributes, plan.stratify_by[i]));
      known[i] = known[i] || !values.back().empty();
    }
    const std::string stratum = absl::StrJoin(values, "/");
    std::string cluster;
    if (!plan.cluster_by.empty()) cluster = std::string(ValueOf(unit.attributes, plan.cluster_by));
    has_clusters = has_clusters || !cluster.empty();
    if (cluster.empty()) cluster = unit.name;
    const auto [other, is_new] = stratum_of.emplace(cluster, stratum);
    if (!is_new && other->second != stratum) {
      return InvalidField(
          "cluster_by", "CLUSTER_IN_TWO_STRATA",
          absl::StrCat("must make clusters of one stratum; \"", cluster, "\" is in \"",
                       other->second, "\" and in \"", stratum, "\""));
    }
    strata[stratum][std::move(cluster)].push_back(&unit);
  }
  if (strata.empty()) {
    return InvalidField("where", "POPULATION_TOO_SMALL", "must leave units to draw from");
  }
  for (size_t i = 0; i < known.size(); ++i) {
    if (known[i]) continue;
    return UnknownAttribute(absl::StrCat("stratify_by[", i, "]"), plan.stratify_by[i]);
  }
  if (!has_clusters) return UnknownAttribute("cluster_by", plan.cluster_by);
  return strata;
}

absl::StatusOr<std::map<std::string, int64_t>> Allocate(const DrawPlan& plan,
                                                        const Strata& strata) {
  if (plan.size == 0) return plan.allocation;
  int64_t population = 0;
  std::vector<Exact> sizes;
  for (const auto& [stratum, clusters] : strata) {
    sizes.emplace_back(static_cast<int64_t>(clusters.size()));
    population += static_cast<int64_t>(clusters.size());
  }
  if (plan.size > population) {
    return InvalidField("size", "POPULATION_TOO_SMALL",
                        absl::StrCat("must be at most ", population, ", all there are"));
  }
  ASSIGN_OR_RETURN(const std::vector<int64_t> shares, Apportion(plan.size, sizes));
  std::map<std::string, int64_t> allocation;
  size_t next = 0;
  for (const auto& [stratum, clusters] : strata) {
    allocation[stratum] = std::max<int64_t>(1, shares[next++]);
  }
  return allocation;
}

// The first `count` of `items` in the order that the seed gives their names.
template <typename Item, typename Name>
std::vector<const Item*> Pick(const std::vector<const Item*>& items, int64_t count,
                              const std::string& seed, Name name) {
  std::vector<std::pair<std::string, const Item*>> order;
  order.reserve(items.size());
  for (const Item* const item : items) {
    order.emplace_back(Sha256Hex(absl::StrCat(seed, " ", name(*item))), item);
  }
  std::sort(order.begin(), order.end());
  std::vector<const Item*> picked;
  for (int64_t i = 0; i < count; ++i) picked.push_back(order[static_cast<size_t>(i)].second);
  return picked;
}

std::string Describe(const DrawPlan& plan) {
  std::string text = absl::StrCat("Stratified by ", absl::StrJoin(plan.stratify_by, ", "));
  if (!plan.cluster_by.empty()) {
    absl::StrAppend(&text, "; clusters by ", plan.cluster_by, ", ",
                    plan.units_per_cluster == 0
                        ? "all units of each"
                        : absl::StrCat("at most ", plan.units_per_cluster, " units of each"));
  }
  return absl::StrCat(text, "; SHA-256, seed ", plan.seed);
}

absl::Status CheckPlan(const DrawPlan& plan) {
  if ((plan.size == 0) == plan.allocation.empty()) {
    return InvalidField("size", "REQUIRED", "must be set, or allocation, and not both");
  }
  if (plan.units_per_cluster != 0 && plan.cluster_by.empty()) {
    return InvalidField("cluster_by", "REQUIRED", "must be set where units_per_cluster is");
  }
  return absl::OkStatus();
}

// The units of one cluster that was drawn from `before` others; each stood for `weight` clusters.
absl::Status DrawUnits(const DrawPlan& plan, const std::string& stratum,
                       const Clusters::value_type& cluster, int64_t before, const Exact& weight,
                       Sample& sample) {
  const auto& [name, units] = cluster;
  const auto size = static_cast<int64_t>(units.size());
  const bool all = plan.units_per_cluster == 0 || plan.units_per_cluster > size;
  const int64_t count = all ? size : plan.units_per_cluster;
  ASSIGN_OR_RETURN(const Exact within, Exact::FromFraction(size, count));
  std::vector<SampleStage> stages = {{"", before}};
  if (!plan.cluster_by.empty()) stages = {{name, before}, {"", size}};
  const auto name_of = [](const Unit& unit) -> const std::string& { return unit.name; };
  for (const Unit* const unit : Pick(units, count, plan.seed, name_of)) {
    if (sample.units.size() == kMostSampleUnits) {
      return InvalidField(plan.size == 0 ? "allocation" : "size", "TOO_MANY",
                          absl::StrCat("must draw at most ", kMostSampleUnits, " units"));
    }
    sample.units.push_back({.unit = unit->name,
                            .stratum = stratum,
                            .stages = stages,
                            .weight = weight * within,
                            .attributes = {}});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Sample> Draw(const DrawPlan& plan, const std::vector<Unit>& units) {
  RETURN_IF_ERROR(CheckPlan(plan));
  ASSIGN_OR_RETURN(const Strata strata, Stratify(plan, units));
  ASSIGN_OR_RETURN(const auto allocation, Allocate(plan, strata));
  Sample sample{.role = plan.role, .description = Describe(plan), .units = {}};
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
    std::vector<const Clusters::value_type*> clusters;
    for (const Clusters::value_type& cluster : found->second) clusters.push_back(&cluster);
    ASSIGN_OR_RETURN(const Exact weight, Exact::FromFraction(size, count));
    const auto name_of = [](const Clusters::value_type& cluster) -> const std::string& {
      return cluster.first;
    };
    for (const auto* const cluster : Pick(clusters, count, plan.seed, name_of)) {
      RETURN_IF_ERROR(DrawUnits(plan, stratum, *cluster, size, weight, sample));
    }
  }
  return sample;
}

}  // namespace vg::survey
