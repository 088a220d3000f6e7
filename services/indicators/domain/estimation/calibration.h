// Weights that add up to what is known of the population.
//
// Calibration (Deville and Särndal 1992) looks for weights w = d g near the design weights d whose
// sums of auxiliary variables x are the known totals: g = F(x'λ), with λ found by Newton's method.
// Post-stratification is the linear distance on the cells of all classes; raking is the exponential
// one on several margins, the same weights as by iterative proportional fitting. R: calibrate,
// postStratify.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_CALIBRATION_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_CALIBRATION_H_

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/domain/estimation/design.h"

namespace vg::indicators::estimation {

// What F is: 1 + u, exp(u), or the logistic curve between the bounds.
enum class Distance { kLinear, kRaking, kLogit };

// One auxiliary variable of a unit.
struct Auxiliary {
  int variable = 0;
  double value = 1;  // 1 for "is in this class".
};

struct Target {
  std::string name;  // "province Utrecht", "pupils"
  double total = 0;  // Of the population.
};

struct CalibrationRules {
  Distance distance = Distance::kLinear;
  // What g may be; with kLogit both are needed.
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
};

// The variables, by row, and what they must come to. Variables may depend on each other, as the
// classes of two margins do.
struct Auxiliaries {
  std::vector<Target> targets;               // By variable.
  std::vector<std::vector<Auxiliary>> rows;  // By variable, ascending; those that are 0 are absent.
};

// Immutable; thread-safe.
class Calibration {
 public:
  static constexpr int kMostIterations = 100;
  // Of |sum − total| / (1 + |total|).
  static constexpr double kTolerance = 1e-11;

  // `weights`: d, by row. EMPTY_CLASS for a total that no unit adds to, ZERO_TOTAL for one of 0
  // that some do, NOT_CONVERGED, BAD_BOUNDS.
  static absl::StatusOr<Calibration> Make(Auxiliaries auxiliaries, const CalibrationRules& rules,
                                          std::vector<double> weights);

  // w, by row.
  const std::vector<double>& weights() const { return weights_; }
  int iterations() const { return iterations_; }
  int total_count() const { return static_cast<int>(auxiliaries_->targets.size()); }
  // The largest that is left of |sum − total| / (1 + |total|).
  double discrepancy() const { return discrepancy_; }

  // What of an estimate the totals do not explain: z = w e becomes w (e − x'β), with β of the
  // regression of e on x under d. Its variance is that of the calibrated estimate; that of a total
  // that was calibrated to is 0.
  Influence Residuals(const Influence& influence) const;

  // The weights that other design weights come to, such as those of a jackknife replicate; where
  // one is 0 it stays so. NOT_CONVERGED.
  absl::StatusOr<std::vector<double>> Recalibrate(std::vector<double> weights) const;

 private:
  struct Inverse;  // Of Σ d x x', which may be singular.

  Calibration() = default;
  static absl::StatusOr<Calibration> Solve(std::shared_ptr<const Auxiliaries> auxiliaries,
                                           const CalibrationRules& rules,
                                           std::vector<double> weights, bool with_residuals);

  std::shared_ptr<const Auxiliaries> auxiliaries_;
  CalibrationRules rules_;
  std::vector<double> design_weights_, weights_;
  int iterations_ = 0;
  double discrepancy_ = 0;
  std::shared_ptr<const Inverse> inverse_;
};

}  // namespace vg::indicators::estimation

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_CALIBRATION_H_
