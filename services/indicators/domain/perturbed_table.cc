#include "services/indicators/domain/perturbed_table.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "services/indicators/domain/disclosure/perturbation.h"

namespace vg::indicators {
namespace {

using disclosure::Policy;
using disclosure::RoundingKind;

// Of one count of a group: the keys of the units that contribute, added up.
struct Keys {
  uint64_t records = 0;
  std::map<std::string, uint64_t> positive;  // By category.
};

std::map<Group, Keys> KeysOf(const std::vector<uint64_t>& unit_keys, const UnitFigures& figures) {
  std::map<Group, Keys> keys;
  const SumsColumns& sums = *figures.sums;
  for (int unit = 0; unit < sums.size(); ++unit) {
    if (figures.LeavesOut(unit)) continue;
    const int group = figures.GroupOf(unit);
    std::vector<Keys*> of_groups = {&keys[{}]};
    if (group >= 0) of_groups.push_back(&keys[figures.index->groups[static_cast<size_t>(group)]]);
    const uint64_t key = unit_keys[static_cast<size_t>(unit)];
    for (Keys* each : of_groups) {
      if (sums.BaseAt(unit).n > 0) each->records += key;
      if (sums.BaseAt(unit).sum > 0) each->positive[""] += key;
      for (const SumsColumns::Category& category : sums.categories()) {
        if (category.At(unit).sum > 0) each->positive[category.name] += key;
      }
    }
  }
  return keys;
}

// Another fraction of the same units for another count of them.
enum Salt : uint64_t { kRecords = 1, kUnits = 0x9E3779B97F4A7C15, kPositive = 0xBF58476D1CE4E5B9 };

int64_t Changed(const Policy& policy, int64_t count, uint64_t keys, Salt salt) {
  const double fraction = disclosure::CellFraction(keys * salt);
  if (policy.cell_key.has_value()) return disclosure::AddNoise(*policy.cell_key, count, fraction);
  if (policy.rounding->kind == RoundingKind::kRandom) {
    return disclosure::RoundByChance(count, policy.rounding->base, fraction);
  }
  return disclosure::RoundConventionally(count, policy.rounding->base);
}

// So that the groups of each category add up to its total.
void RoundTogether(int64_t base, int64_t Estimate::*count, std::vector<Estimate>& table) {
  std::map<std::string, std::vector<Estimate*>> by_category;
  for (Estimate& estimate : table) {
    if (!estimate.group.empty()) by_category[estimate.category].push_back(&estimate);
  }
  for (auto& [category, estimates] : by_category) {
    std::vector<int64_t> counts;
    for (const Estimate* estimate : estimates) counts.push_back(estimate->*count);
    const std::vector<int64_t> rounded = disclosure::RoundControlled(counts, base);
    for (size_t i = 0; i < rounded.size(); ++i) estimates[i]->*count = rounded[i];
  }
}

}  // namespace

void Perturb(const Policy& policy, MeasureKind kind, const std::vector<uint64_t>& unit_keys,
             const UnitFigures& figures, std::vector<Estimate>& table) {
  const std::map<Group, Keys> keys = KeysOf(unit_keys, figures);
  const bool together =
      policy.rounding.has_value() && policy.rounding->kind == RoundingKind::kControlled;
  for (Estimate& estimate : table) {
    const auto found = keys.find(estimate.group);
    if (found == keys.end() || (together && !estimate.group.empty())) continue;
    const auto positive = found->second.positive.find(estimate.category);
    estimate.n = Changed(policy, estimate.n, found->second.records, kRecords);
    estimate.unit_count = Changed(policy, estimate.unit_count, found->second.records, kUnits);
    estimate.positive_count =
        Changed(policy, estimate.positive_count,
                positive == found->second.positive.end() ? 0 : positive->second, kPositive);
  }
  if (together) {
    for (int64_t Estimate::*count :
         {&Estimate::n, &Estimate::unit_count, &Estimate::positive_count}) {
      RoundTogether(policy.rounding->base, count, table);
    }
  }
  for (Estimate& estimate : table) {
    if (estimate.n <= 0) {
      estimate = {.group = std::move(estimate.group), .category = std::move(estimate.category)};
      continue;
    }
    // A part must not be more than the whole after both were changed.
    estimate.positive_count = std::min(estimate.positive_count, estimate.n);
    estimate.value = IsShare(kind) ? *Exact::FromFraction(estimate.positive_count, estimate.n)
                                   : *Exact::FromFraction(estimate.n, 1);
  }
}

}  // namespace vg::indicators
