// Estimates from a sample, and how far off they may be.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_ESTIMATOR_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_ESTIMATOR_H_

#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/domain/estimation/calibration.h"
#include "services/indicators/domain/estimation/design.h"

namespace vg::indicators::estimation {

// What one unit brings to a domain. A unit that has nothing there is left out of the list, and
// stays in the design.
struct Observation {
  int row = 0;               // In the design.
  double sum = 0;            // Σy of its records.
  double count = 0;          // How many records; or Σx, for a ratio y / x.
  double squares = 0;        // Σy², for the design effect and the last stage.
  double expansion = 1;      // How many persons each of the records stands for in its unit.
  double cross = 0;          // Σxy, for the last stage; of a count Σy.
  double count_squares = 0;  // Σx², likewise; of a count the count.
};

// Of the persons of a unit, how many answered: a simple random sample of them.
struct LastStage {
  int64_t drawn = 0;
  int64_t population_size = 0;
};

// By row.
using Domain = std::vector<Observation>;
using DomainView = std::span<const Observation>;

enum class VarianceMethod {
  kLinearization,
  kJackknife,  // JK1 without strata, JKn with: leaves out one cluster of the first stage at a time.
};

// A number with its influence function, which variances and covariances come from.
struct Linearized {
  double value = 0;
  Influence influence;
};

// What there is to say of one domain. Variances are absent where the design does not tell.
struct DomainEstimate {
  Linearized ratio;
  std::optional<double> variance;       // Of the ratio.
  std::optional<double> design_effect;  // Likewise.
  double total = 0;
  double total_variance = 0;
  double count = 0;    // Of the population, in records.
  double weights = 0;  // Of the units, added up.
};

// A design with the weights that estimates are made with. Immutable; thread-safe.
class Estimator {
 public:
  // Leaving out clusters takes at most so many calibrations.
  static constexpr int kMostReplicates = 1000;

  // `calibration` was made from the design's weights, if there is one.
  // FAILED_PRECONDITION (TOO_MANY_REPLICATES), NOT_CONVERGED of a replicate.
  // `last`: by row, if the records of a unit are a sample of its persons; not with the jackknife.
  // MORE_THAN_PERSONS; with kFail LONELY_STRATUM where one of several answered.
  static absl::StatusOr<Estimator> Make(Design design, std::optional<Calibration> calibration,
                                        VarianceMethod method, std::vector<LastStage> last = {});

  const Design& design() const { return design_; }
  const std::vector<double>& weights() const { return weights_; }
  const std::optional<Calibration>& calibration() const { return calibration_; }
  VarianceMethod method() const { return method_; }
  // Of a unit's records; see Observation.
  double expansion(int row) const;

  // All at once; nothing if the count is 0.
  std::optional<DomainEstimate> Estimate(DomainView domain) const;
  // The same with the total in place of the ratio, and no design effect.
  DomainEstimate EstimateTotal(DomainView domain) const;

  // Σ w y. R: svytotal of a subset.
  Linearized Total(DomainView domain) const;
  // Σ w y / Σ w count: a mean over records, or a ratio; nothing if the count is 0. R: svymean of a
  // subset, svyratio. Strata, clusters and calibration are those of the whole sample.
  std::optional<Linearized> Ratio(DomainView domain) const;

  // Σ w count: how large the domain is in the population, in records.
  double CountOf(DomainView domain) const;

  // By linearization of the influence; the calibration is taken into account.
  double Variance(const Influence& influence) const;
  // By the method; nothing if some replicate has none in the domain.
  double TotalVariance(DomainView domain) const;
  std::optional<double> RatioVariance(DomainView domain) const;
  // Of the later ratio less the former, over one design: two domains, or one before and after.
  std::optional<double> DifferenceVariance(DomainView former, DomainView later) const;

  // The variance of a mean over that of a simple random sample without replacement of as many
  // records; nothing where that variance is 0 or the sample is the population. R: deff = TRUE.
  std::optional<double> DesignEffect(DomainView domain, double mean, double variance) const;

 private:
  double WeightOf(const Observation& unit) const {
    return weights_[static_cast<size_t>(unit.row)] * unit.expansion;
  }
  // Estimate by linearization, in as few passes as it takes.
  std::optional<DomainEstimate> Linearize(DomainView domain) const;
  // What the last stage adds to the variance of Σ w (y − ratio x) / size.
  double LastStageVariance(DomainView domain, double ratio, double size) const;

  // One cluster left out, or with kAdjust for a lonely stratum.
  struct Replicate {
    int first_row = 0, last_row = 0;  // Of the cluster.
    int stratum = 0;
    double factor = 1;  // Of the others: in the stratum, or in all strata.
    bool everywhere = false;
    double scale = 0;             // What its squared deviation counts.
    std::vector<double> weights;  // Calibrated; empty without a calibration.
  };

  Estimator(Design design, std::optional<Calibration> calibration, VarianceMethod method);
  void MakeReplicates();
  absl::Status CalibrateReplicates();
  std::vector<double> WeightsOf(const Replicate& replicate) const;
  // Σ w y and Σ w count of every replicate.
  struct Sums {
    double sum = 0, count = 0;
  };
  std::vector<Sums> Replicated(DomainView domain) const;

  Design design_;
  std::optional<Calibration> calibration_;
  VarianceMethod method_;
  std::vector<double> weights_;
  std::vector<LastStage> last_;  // Empty, or by row.
  std::vector<Replicate> replicates_;
};

// `later` less `former`.
Influence Subtract(const Influence& later, const Influence& former);

}  // namespace vg::indicators::estimation

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_ESTIMATOR_H_
