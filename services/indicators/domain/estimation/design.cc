#include "services/indicators/domain/estimation/design.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/indicators/domain/estimation/errors.h"

namespace vg::indicators::estimation {
namespace {

// A stratum of which less than this share was left out counts as taken whole.
constexpr double kNothingLeftOut = 1e-7;

// What was drawn in `stage`: the cluster, or the unit itself.
const std::string& Drawn(const SampledUnit& unit, size_t stage) {
  const std::string& cluster = unit.stages[stage].cluster;
  return cluster.empty() ? unit.id : cluster;
}

bool Before(const SampledUnit& a, const SampledUnit& b) {
  if (const int order = a.stratum.compare(b.stratum); order != 0) return order < 0;
  for (size_t stage = 0; stage < a.stages.size(); ++stage) {
    if (const int order = Drawn(a, stage).compare(Drawn(b, stage)); order != 0) return order < 0;
  }
  return a.id < b.id;
}

double CorrectionOf(int drawn, int64_t population_size) {
  if (population_size == 0) return 1;
  const auto size = static_cast<double>(population_size);
  return (size - drawn) / size;
}

}  // namespace

double Stratum::Correction() const { return CorrectionOf(clusters, population_size); }

bool Stratum::IsLonely() const { return clusters == 1 && Correction() >= kNothingLeftOut; }

absl::StatusOr<Design> Design::Make(std::vector<SampledUnit> units, LonelyStratum lonely) {
  Design design;
  design.lonely_ = lonely;
  size_t stages = units.empty() ? 1 : std::max<size_t>(units.front().stages.size(), 1);
  for (SampledUnit& unit : units) {
    if (unit.stages.empty()) unit.stages.emplace_back();
    if (unit.stages.size() != stages) return StagesDiffer(unit.id);
    if (!(unit.weight > 0) || !std::isfinite(unit.weight)) return BadWeight(unit.id, unit.weight);
  }
  std::sort(units.begin(), units.end(), Before);
  design.units_ = std::move(units);
  design.pools_.resize(stages);
  RETURN_IF_ERROR(design.NumberStages());
  for (int row = 0; row < design.size(); ++row)
    design.by_id_.emplace_back(design.unit(row).id, row);
  std::sort(design.by_id_.begin(), design.by_id_.end());
  for (size_t i = 1; i < design.by_id_.size(); ++i) {
    if (design.by_id_[i].first == design.by_id_[i - 1].first) {
      return SampledTwice(design.by_id_[i].first);
    }
  }
  design.elements_ = stages == 1 && design.cluster_count() == design.size();
  RETURN_IF_ERROR(design.CheckLonely());
  return design;
}

absl::Status Design::NumberStages() {
  for (size_t stage = 0; stage < pools_.size(); ++stage) {
    std::vector<Pool>& pools = pools_[stage];
    std::vector<int>& pool_of = pools_of_rows_.emplace_back();
    std::vector<int>& cluster_of = clusters_of_rows_.emplace_back();
    std::vector<std::pair<std::string_view, int>> drawn;  // With the pool, to find those in two.
    for (int row = 0; row < size(); ++row) {
      const SampledUnit& now = unit(row);
      const Stage& told = now.stages[stage];
      const bool first = row == 0;
      const bool new_pool =
          first || (stage == 0 ? now.stratum != unit(row - 1).stratum
                               : clusters_of_rows_[stage - 1][static_cast<size_t>(row)] !=
                                     clusters_of_rows_[stage - 1][static_cast<size_t>(row - 1)]);
      if (new_pool) {
        pools.push_back({0, told.population_size});
        if (stage == 0) {
          strata_.push_back({now.stratum, 0, static_cast<int>(drawn.size()), told.population_size});
        }
      } else if (told.population_size != pools.back().population_size) {
        return SizesDiffer(now.id);
      }
      if (new_pool || Drawn(now, stage) != Drawn(unit(row - 1), stage)) {
        drawn.emplace_back(Drawn(now, stage), static_cast<int>(pools.size()) - 1);
        ++pools.back().drawn;
      }
      pool_of.push_back(static_cast<int>(pools.size()) - 1);
      cluster_of.push_back(static_cast<int>(drawn.size()) - 1);
    }
    std::sort(drawn.begin(), drawn.end());
    for (size_t i = 1; i < drawn.size(); ++i) {
      if (drawn[i].first == drawn[i - 1].first) return ClusterInTwoStrata(drawn[i].first);
    }
    for (size_t i = 0; i < pools.size(); ++i) {
      if (stage == 0) strata_[i].clusters = pools[i].drawn;
      if (pools[i].population_size != 0 && pools[i].population_size < pools[i].drawn) {
        return PopulationTooSmall(pools[i].drawn, pools[i].population_size);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status Design::CheckLonely() const {
  if (lonely_ != LonelyStratum::kFail) return absl::OkStatus();
  std::vector<std::string> lonely;
  for (const Stratum& stratum : strata_) {
    if (stratum.IsLonely()) lonely.push_back(stratum.name);
  }
  // Later stages count only below clusters whose number is told.
  for (size_t stage = 1; stage < pools_.size() && lonely.empty(); ++stage) {
    for (int row = 0; row < size(); ++row) {
      const Pool& before = PoolOf(stage - 1, row);
      if (before.population_size == 0) return absl::OkStatus();
      const Pool& pool = PoolOf(stage, row);
      if (pool.drawn == 1 && pool.population_size != 1 && pool.population_size != 0) {
        lonely.push_back(Drawn(unit(row), stage - 1));
      }
    }
  }
  if (!lonely.empty()) return LonelyStrata(lonely);
  return absl::OkStatus();
}

int Design::Find(std::string_view id) const {
  const auto found = std::lower_bound(by_id_.begin(), by_id_.end(), std::pair(id, 0));
  return found == by_id_.end() || found->first != id ? -1 : found->second;
}

std::vector<double> Design::weights() const {
  std::vector<double> weights;
  weights.reserve(units_.size());
  for (const SampledUnit& unit : units_) weights.push_back(unit.weight);
  return weights;
}

int Design::cluster_count() const {
  int count = 0;
  for (const Stratum& stratum : strata_) count += stratum.clusters;
  return count;
}

double Design::DrawnShare(int row) const {
  double share = 1;
  for (size_t stage = 0; stage < pools_.size(); ++stage) {
    const Pool& pool = PoolOf(stage, row);
    if (pool.population_size == 0) return 0;
    share *= static_cast<double>(pool.drawn) / static_cast<double>(pool.population_size);
  }
  return share;
}

double Design::Variance(const Influence& influence) const {
  return StageVariance(0, influence) + LonelyVariance(influence);
}

double Design::StageVariance(size_t stage, std::span<const Entry> entries) const {
  double variance = 0;
  const std::vector<int>& pool_of = pools_of_rows_[stage];
  for (size_t begin = 0; begin < entries.size();) {
    const int pool = pool_of[static_cast<size_t>(entries[begin].row)];
    size_t end = begin + 1;
    while (end < entries.size() && pool_of[static_cast<size_t>(entries[end].row)] == pool) ++end;
    variance += PoolVariance(stage, entries.subspan(begin, end - begin));
    begin = end;
  }
  if (stage > 0 || lonely_ != LonelyStratum::kAverage) return variance;
  const auto all = static_cast<double>(strata_.size());
  const auto lonely = static_cast<double>(
      std::count_if(strata_.begin(), strata_.end(), [](const Stratum& s) { return s.IsLonely(); }));
  return lonely < all ? variance * all / (all - lonely) : variance;
}

double Design::ElementVariance(const Pool& pool, std::span<const Entry> entries) const {
  const double correction = CorrectionOf(pool.drawn, pool.population_size);
  if (pool.drawn < 2 || correction < kNothingLeftOut) return 0;
  const double n = pool.drawn;
  double mean = 0;
  for (const Entry& entry : entries) mean += entry.value;
  mean /= n;
  double squares = 0;
  for (const Entry& entry : entries) squares += (entry.value - mean) * (entry.value - mean);
  // Those without an entry are there too: theirs is 0.
  squares += (n - static_cast<double>(entries.size())) * mean * mean;
  return correction * n / (n - 1) * squares;
}

double Design::PoolVariance(size_t stage, std::span<const Entry> entries) const {
  if (elements_) return ElementVariance(PoolOf(stage, entries.front().row), entries);
  struct Cluster {
    double total = 0;
    size_t begin = 0, end = 0;
  };
  const std::vector<int>& cluster_of = clusters_of_rows_[stage];
  std::vector<Cluster> clusters;
  int last = -1;
  for (size_t i = 0; i < entries.size(); ++i) {
    const int cluster = cluster_of[static_cast<size_t>(entries[i].row)];
    if (cluster != last) clusters.push_back({0, i, i});
    last = cluster;
    clusters.back().total += entries[i].value;
    clusters.back().end = i + 1;
  }
  const Pool& pool = PoolOf(stage, entries.front().row);
  const double n = pool.drawn;
  const double correction = CorrectionOf(pool.drawn, pool.population_size);
  double variance = 0;
  if (pool.drawn > 1 && correction >= kNothingLeftOut) {
    double mean = 0;
    for (const Cluster& cluster : clusters) mean += cluster.total;
    mean /= n;
    double squares = 0;
    for (const Cluster& cluster : clusters) {
      squares += (cluster.total - mean) * (cluster.total - mean);
    }
    // Clusters without an entry are there too: their total is 0.
    squares += (n - static_cast<double>(clusters.size())) * mean * mean;
    variance = correction * n / (n - 1) * squares;
  }
  if (stage + 1 == pools_.size() || pool.population_size == 0) return variance;
  const double share = n / static_cast<double>(pool.population_size);
  for (const Cluster& cluster : clusters) {
    variance += share * StageVariance(stage + 1,
                                      entries.subspan(cluster.begin, cluster.end - cluster.begin));
  }
  return variance;
}

double Design::LonelyVariance(const Influence& influence) const {
  if (lonely_ != LonelyStratum::kAdjust) return 0;
  std::vector<double> totals(strata_.size());
  double mean = 0;
  for (const Entry& entry : influence) {
    totals[static_cast<size_t>(stratum_of(entry.row))] += entry.value;
    mean += entry.value;
  }
  mean /= cluster_count();
  double variance = 0;
  for (size_t i = 0; i < strata_.size(); ++i) {
    if (!strata_[i].IsLonely()) continue;
    variance += strata_[i].Correction() * (totals[i] - mean) * (totals[i] - mean);
  }
  return variance;
}

}  // namespace vg::indicators::estimation
