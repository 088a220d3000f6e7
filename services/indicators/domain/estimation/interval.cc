#include "services/indicators/domain/estimation/interval.h"

#include <cmath>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace vg::indicators::estimation {
namespace {

namespace math = boost::math;
namespace policies = boost::math::policies;

// Nothing throws: what is out of range becomes infinite or no number. Doubles stay doubles, so that
// machines agree.
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;
using Normal = math::normal_distribution<double, Quiet>;
using StudentsT = math::students_t_distribution<double, Quiet>;
using BetaDistribution = math::beta_distribution<double, Quiet>;
using ChiSquared = math::chi_squared_distribution<double, Quiet>;

double BetaQuantile(double a, double b, double p) {
  if (a <= 0) return 0;
  if (b <= 0) return 1;
  return math::quantile(BetaDistribution(a, b), p);
}

}  // namespace

std::optional<double> CriticalValue(const Confidence& confidence) {
  const double tail = (1 - confidence.level) / 2;
  if (confidence.critical == Critical::kNormal) {
    return math::quantile(math::complement(Normal(), tail));
  }
  if (confidence.degrees_of_freedom < 1) return std::nullopt;
  // All figures of a table ask for the same.
  thread_local struct {
    double tail = 0;
    int degrees_of_freedom = 0;
    double value = 0;
  } last;
  if (last.tail != tail || last.degrees_of_freedom != confidence.degrees_of_freedom) {
    last = {tail, confidence.degrees_of_freedom,
            math::quantile(math::complement(StudentsT(confidence.degrees_of_freedom), tail))};
  }
  return last.value;
}

std::optional<Interval> Symmetric(double value, double se, const Confidence& confidence) {
  const std::optional<double> critical = CriticalValue(confidence);
  if (!critical.has_value()) return std::nullopt;
  return Interval{value - *critical * se, value + *critical * se};
}

std::optional<Interval> Logit(double share, double se, const Confidence& confidence) {
  if (!(share > 0 && share < 1)) return std::nullopt;
  const double spread = share * (1 - share);
  const std::optional<Interval> logit =
      Symmetric(std::log(share / (1 - share)), se / spread, confidence);
  if (!logit.has_value()) return std::nullopt;
  const auto back = [](double x) { return 1 / (1 + std::exp(-x)); };
  return Interval{back(logit->lower), back(logit->upper)};
}

std::optional<Interval> Beta(double share, double se, double records, int units,
                             const Confidence& confidence) {
  const double tail = (1 - confidence.level) / 2;
  double effective = records;
  if (se > 0 && share > 0 && share < 1) effective = share * (1 - share) / (se * se);
  if (confidence.critical == Critical::kT) {
    if (confidence.degrees_of_freedom < 1 || units < 2) return std::nullopt;
    const double wide =
        math::quantile(math::complement(StudentsT(confidence.degrees_of_freedom), tail));
    const double narrow = math::quantile(math::complement(StudentsT(units - 1), tail));
    effective *= (narrow / wide) * (narrow / wide);
  }
  return Interval{BetaQuantile(effective * share, effective * (1 - share) + 1, tail),
                  BetaQuantile(effective * share + 1, effective * (1 - share), 1 - tail)};
}

std::optional<double> TwoSided(double ratio, const Confidence& confidence) {
  const double size = std::abs(ratio);
  if (confidence.critical == Critical::kNormal) {
    return 2 * math::cdf(math::complement(Normal(), size));
  }
  if (confidence.degrees_of_freedom < 1) return std::nullopt;
  return 2 * math::cdf(math::complement(StudentsT(confidence.degrees_of_freedom), size));
}

double ChiSquareExceeds(double statistic, double degrees_of_freedom) {
  return math::cdf(math::complement(ChiSquared(degrees_of_freedom), statistic));
}

}  // namespace vg::indicators::estimation
