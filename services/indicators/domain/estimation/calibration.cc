#include "services/indicators/domain/estimation/calibration.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/status/status_macros.h"
#include "services/indicators/domain/estimation/errors.h"
#include <Eigen/Dense>

namespace vg::indicators::estimation {
namespace {

constexpr int kMostHalvings = 10;

using Rows = std::vector<std::vector<Auxiliary>>;

// F and its derivative.
struct Curve {
  CalibrationRules rules;

  double Value(double u) const {
    switch (rules.distance) {
      case Distance::kLinear:
        return std::clamp(1 + u, rules.lower, rules.upper);
      case Distance::kRaking:
        return std::clamp(std::exp(u), rules.lower, rules.upper);
      case Distance::kLogit: {
        const double e = std::exp(Slope() * u);
        return (Low() + High() * e) / (rules.upper - 1 + (1 - rules.lower) * e);
      }
    }
    return 1;
  }
  double Derivative(double u) const {
    const double value = Value(u);
    switch (rules.distance) {
      case Distance::kLinear:
        return value > rules.lower && value < rules.upper ? 1 : 0;
      case Distance::kRaking:
        return value > rules.lower && value < rules.upper ? value : 0;
      case Distance::kLogit:
        return Slope() * (value - rules.lower) * (rules.upper - value) /
               (rules.upper - rules.lower);
    }
    return 1;
  }

 private:
  double Slope() const {
    return (rules.upper - rules.lower) / ((rules.upper - 1) * (1 - rules.lower));
  }
  double Low() const { return rules.lower * (rules.upper - 1); }
  double High() const { return rules.upper * (1 - rules.lower); }
};

// Σ a x x' over rows, in their order.
Eigen::MatrixXd CrossProduct(const Rows& rows, const std::vector<double>& factors, Eigen::Index p) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(p, p);
  for (size_t row = 0; row < rows.size(); ++row) {
    for (const Auxiliary& a : rows[row]) {
      for (const Auxiliary& b : rows[row]) {
        sum(a.variable, b.variable) += factors[row] * a.value * b.value;
      }
    }
  }
  return sum;
}

Eigen::VectorXd Sums(const Rows& rows, const std::vector<double>& factors, Eigen::Index p) {
  Eigen::VectorXd sums = Eigen::VectorXd::Zero(p);
  for (size_t row = 0; row < rows.size(); ++row) {
    for (const Auxiliary& a : rows[row]) sums(a.variable) += factors[row] * a.value;
  }
  return sums;
}

double Times(const std::vector<Auxiliary>& row, const Eigen::VectorXd& vector) {
  double product = 0;
  for (const Auxiliary& a : row) product += a.value * vector(a.variable);
  return product;
}

// Variables differ in size, pupils from classes; scaled, none is taken for a rounding error.
Eigen::VectorXd ScalesOf(const Eigen::MatrixXd& matrix) {
  Eigen::VectorXd scales(matrix.rows());
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    scales(i) = matrix(i, i) > 0 ? 1 / std::sqrt(matrix(i, i)) : 1;
  }
  return scales;
}

// Solves with the least solution where variables depend on each other.
class Solver {
 public:
  explicit Solver(const Eigen::MatrixXd& matrix) : scales_(ScalesOf(matrix)) {
    decomposition_.setThreshold(1e-11);
    decomposition_.compute(scales_.asDiagonal() * matrix * scales_.asDiagonal());
  }
  Eigen::VectorXd Solve(const Eigen::VectorXd& right) const {
    return scales_.asDiagonal() * decomposition_.solve(scales_.asDiagonal() * right);
  }

 private:
  Eigen::VectorXd scales_;
  Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> decomposition_;
};

// How far the weights d g are from the totals, as a share of them: the worst.
struct Misfit {
  Eigen::VectorXd left;
  double worst = 0;
  Eigen::Index where = 0;
};

Misfit MisfitOf(const Rows& rows, const std::vector<double>& weights,
                const std::vector<Target>& targets) {
  Misfit misfit;
  misfit.left = -Sums(rows, weights, static_cast<Eigen::Index>(targets.size()));
  for (Eigen::Index i = 0; i < misfit.left.size(); ++i) {
    const double total = targets[static_cast<size_t>(i)].total;
    misfit.left(i) += total;
    const double off = std::abs(misfit.left(i)) / (1 + std::abs(total));
    if (!(off <= misfit.worst)) {
      misfit.worst = off;
      misfit.where = i;
    }
  }
  return misfit;
}

}  // namespace

struct Calibration::Inverse {
  Solver solver;
};

absl::StatusOr<Calibration> Calibration::Make(Auxiliaries auxiliaries,
                                              const CalibrationRules& rules,
                                              std::vector<double> weights) {
  const bool bounded = std::isfinite(rules.lower) || std::isfinite(rules.upper);
  if ((bounded || rules.distance == Distance::kLogit) && !(rules.lower < 1 && rules.upper > 1)) {
    return BadBounds(rules.lower, rules.upper);
  }
  if (rules.distance == Distance::kLogit &&
      !(std::isfinite(rules.lower) && std::isfinite(rules.upper))) {
    return BadBounds(rules.lower, rules.upper);
  }
  std::vector<bool> seen(auxiliaries.targets.size());
  for (const std::vector<Auxiliary>& row : auxiliaries.rows) {
    for (const Auxiliary& a : row) seen[static_cast<size_t>(a.variable)] = true;
  }
  for (size_t i = 0; i < seen.size(); ++i) {
    const Target& target = auxiliaries.targets[i];
    if (!seen[i] && target.total != 0) return EmptyClass(target.name, target.total);
    if (seen[i] && target.total == 0) return ZeroTotal(target.name);
  }
  return Solve(std::make_shared<const Auxiliaries>(std::move(auxiliaries)), rules,
               std::move(weights), /*with_residuals=*/true);
}

absl::StatusOr<Calibration> Calibration::Solve(std::shared_ptr<const Auxiliaries> auxiliaries,
                                               const CalibrationRules& rules,
                                               std::vector<double> weights, bool with_residuals) {
  const Rows& rows = auxiliaries->rows;
  const std::vector<Target>& targets = auxiliaries->targets;
  const auto p = static_cast<Eigen::Index>(targets.size());
  const Curve curve{rules};

  Calibration made;
  if (with_residuals) {
    made.inverse_ =
        std::make_shared<const Inverse>(Inverse{Solver(CrossProduct(rows, weights, p))});
  }
  Eigen::VectorXd lambda = Eigen::VectorXd::Zero(p);
  std::vector<double> calibrated = weights, slopes(weights.size());
  const auto apply = [&](const Eigen::VectorXd& at) {
    for (size_t row = 0; row < rows.size(); ++row) {
      calibrated[row] = weights[row] * curve.Value(Times(rows[row], at));
    }
    return MisfitOf(rows, calibrated, targets);
  };
  Misfit misfit = apply(lambda);
  while (misfit.worst > kTolerance && made.iterations_ < kMostIterations) {
    ++made.iterations_;
    for (size_t row = 0; row < rows.size(); ++row) {
      slopes[row] = weights[row] * curve.Derivative(Times(rows[row], lambda));
    }
    const Eigen::VectorXd whole = Solver(CrossProduct(rows, slopes, p)).Solve(misfit.left);
    // A step that leads away is halved; where none leads nearer, because bounds stop it, the whole
    // one is taken all the same.
    Eigen::VectorXd step = whole;
    Misfit next = apply(lambda + step);
    for (int halvings = 0; halvings < kMostHalvings && !(next.worst < misfit.worst); ++halvings) {
      step /= 2;
      next = apply(lambda + step);
    }
    if (!(next.worst < misfit.worst)) {
      step = whole;
      next = apply(lambda + step);
      if (!std::isfinite(next.worst)) break;
    }
    lambda += step;
    misfit = std::move(next);
  }
  if (!(misfit.worst <= kTolerance)) {
    return NotConverged(made.iterations_, misfit.worst,
                        targets[static_cast<size_t>(misfit.where)].name);
  }
  made.auxiliaries_ = std::move(auxiliaries);
  made.rules_ = rules;
  made.design_weights_ = std::move(weights);
  made.weights_ = std::move(calibrated);
  made.discrepancy_ = misfit.worst;
  return made;
}

absl::StatusOr<std::vector<double>> Calibration::Recalibrate(std::vector<double> weights) const {
  ASSIGN_OR_RETURN(const Calibration again, Solve(auxiliaries_, rules_, std::move(weights),
                                                  /*with_residuals=*/false));
  return again.weights_;
}

Influence Calibration::Residuals(const Influence& influence) const {
  const Rows& rows = auxiliaries_->rows;
  Eigen::VectorXd right =
      Eigen::VectorXd::Zero(static_cast<Eigen::Index>(auxiliaries_->targets.size()));
  for (const Entry& entry : influence) {
    const auto row = static_cast<size_t>(entry.row);
    const double e = entry.value / weights_[row];
    for (const Auxiliary& a : rows[row]) right(a.variable) += design_weights_[row] * a.value * e;
  }
  const Eigen::VectorXd beta = inverse_->solver.Solve(right);
  Influence residuals;
  residuals.reserve(rows.size());
  size_t next = 0;
  for (size_t row = 0; row < rows.size(); ++row) {
    double z = 0;
    if (next < influence.size() && influence[next].row == static_cast<int>(row)) {
      z = influence[next++].value;
    }
    residuals.push_back({static_cast<int>(row), z - weights_[row] * Times(rows[row], beta)});
  }
  return residuals;
}

}  // namespace vg::indicators::estimation
