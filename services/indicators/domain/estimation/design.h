// How the units that answered were drawn, and what that says of the error of a total.
//
// Sums are taken in one order: by stratum, by cluster of each stage, by unit. So the same sample
// gives the same bits, in whatever order its units come, from whichever database, on any number of
// threads.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_DESIGN_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_DESIGN_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace vg::indicators::estimation {

struct Stage {
  std::string cluster;          // What was drawn; empty: the unit itself.
  int64_t population_size = 0;  // How many there were to draw from; 0: not told, as if endless.
};

// A unit that answered.
struct SampledUnit {
  std::string id;
  std::string stratum;
  std::vector<Stage> stages;  // First to last, as many for every unit; none: drawn by itself.
  double weight = 1;          // How many units of the population it stands for.
  int64_t persons = 0;        // How many could answer for it; 0: not told.
};

// What to do about a stratum of which one cluster was drawn out of several: its variance cannot be
// estimated. In later stages one unit out of several is an error too; otherwise it adds nothing.
enum class LonelyStratum {
  kFail,     // An error that names it.
  kRemove,   // It adds nothing, as if it had been drawn with certainty.
  kAdjust,   // Held against the mean of all clusters instead of its stratum's.
  kAverage,  // It adds as much as the other strata do on average.
};

// What one unit adds to an estimate, by the unit's row; rows ascend, those that are absent add 0.
struct Entry {
  int row = 0;
  double value = 0;
};
using Influence = std::vector<Entry>;

// The clusters of the first stage of one stratum.
struct Stratum {
  std::string name;
  int clusters = 0;
  int first_cluster = 0;        // They are numbered one after the other.
  int64_t population_size = 0;  // 0: not told.

  // The share of the stratum that was not drawn, (N − n) / N; 1 if the size is not told.
  double Correction() const;
  // One cluster, and it is not the whole stratum.
  bool IsLonely() const;
};

// Immutable once made; thread-safe.
class Design {
 public:
  // INVALID_ARGUMENT: BAD_WEIGHT, STAGES_DIFFER, CLUSTER_IN_TWO_STRATA, SIZES_DIFFER,
  // POPULATION_TOO_SMALL, SAMPLED_TWICE. FAILED_PRECONDITION (LONELY_STRATUM) with kFail.
  static absl::StatusOr<Design> Make(std::vector<SampledUnit> units, LonelyStratum lonely);

  // Units in their order: the rows.
  int size() const { return static_cast<int>(units_.size()); }
  const SampledUnit& unit(int row) const { return units_[static_cast<size_t>(row)]; }
  // -1 if there is no such unit.
  int Find(std::string_view id) const;
  std::vector<double> weights() const;

  const std::vector<Stratum>& strata() const { return strata_; }
  int stratum_of(int row) const { return pools_of_rows_[0][static_cast<size_t>(row)]; }
  // The cluster of the first stage.
  int cluster_of(int row) const { return clusters_of_rows_[0][static_cast<size_t>(row)]; }
  int cluster_count() const;
  LonelyStratum lonely() const { return lonely_; }
  // The share of units that were drawn where this one was, over all stages; 0 if a size is not
  // told.
  double DrawnShare(int row) const;
  // Clusters less strata of the first stage.
  int degrees_of_freedom() const { return cluster_count() - static_cast<int>(strata_.size()); }

  // The variance of the sum of `influence` over samples drawn like this one: per stratum
  // (1 − f) n/(n − 1) Σ (z_c − z̄)² over its clusters c, and in them the same of the next stage
  // times the share of clusters drawn, as long as sizes are told (R: svyrecvar).
  double Variance(const Influence& influence) const;

 private:
  // From what clusters of a stage were drawn: a stratum, or a cluster of the stage before.
  struct Pool {
    int drawn = 0;
    int64_t population_size = 0;
  };

  Design() = default;
  absl::Status NumberStages();
  absl::Status CheckLonely() const;
  double StageVariance(size_t stage, std::span<const Entry> entries) const;
  // Of entries of one pool.
  double PoolVariance(size_t stage, std::span<const Entry> entries) const;
  // The same where every unit is a cluster of its own and there is no further stage.
  double ElementVariance(const Pool& pool, std::span<const Entry> entries) const;
  double LonelyVariance(const Influence& influence) const;
  const Pool& PoolOf(size_t stage, int row) const {
    return pools_[stage][static_cast<size_t>(pools_of_rows_[stage][static_cast<size_t>(row)])];
  }

  std::vector<SampledUnit> units_;
  bool elements_ = false;  // As ElementVariance wants it.
  std::vector<std::pair<std::string_view, int>> by_id_;
  std::vector<Stratum> strata_;
  LonelyStratum lonely_ = LonelyStratum::kFail;
  // By stage, then by row.
  std::vector<std::vector<int>> pools_of_rows_, clusters_of_rows_;
  std::vector<std::vector<Pool>> pools_;  // By stage.
};

}  // namespace vg::indicators::estimation

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_DESIGN_H_
