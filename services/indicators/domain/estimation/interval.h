// Confidence intervals, and the distributions behind them.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_INTERVAL_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_INTERVAL_H_

#include <optional>

namespace vg::indicators::estimation {

struct Interval {
  double lower = 0;
  double upper = 0;
};

// Which distribution the critical value is of. R: confint(df = degf(design)), confint().
enum class Critical { kT, kNormal };

// How sure, and by which distribution.
struct Confidence {
  double level = 0.95;  // Between 0 and 1.
  Critical critical = Critical::kT;
  int degrees_of_freedom = 0;  // Of kT; less than 1: there is no interval.
};

// By how many standard errors an interval reaches to either side. Nothing without degrees of
// freedom.
std::optional<double> CriticalValue(const Confidence& confidence);

// value ± q se. Nothing without degrees of freedom.
std::optional<Interval> Symmetric(double value, double se, const Confidence& confidence);

// The symmetric interval of log(p / (1 − p)), turned back: within [0, 1]. A share of 0 or 1, where
// there is none, has that of Beta. R: svyciprop(method = "xlogit"), which "logit" agrees with up to
// its iterations.
std::optional<Interval> Logit(double share, double se, const Confidence& confidence);

// Clopper and Pearson's for as many records of a simple random sample as would have this error
// (Korn and Graubard 1998): within [0, 1]. `records`: how many there are; a share of 0 or 1 is
// taken to be of those. `units`: of the whole sample. R: svyciprop(method = "beta").
std::optional<Interval> Beta(double share, double se, double records, int units,
                             const Confidence& confidence);

// The chance that a value as far from 0 as `ratio` = value / se comes by chance; nothing without
// degrees of freedom.
std::optional<double> TwoSided(double ratio, const Confidence& confidence);

// The chance that chi-square exceeds `statistic`.
double ChiSquareExceeds(double statistic, double degrees_of_freedom);

}  // namespace vg::indicators::estimation

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_INTERVAL_H_
