// Weights: what they are before calibration, and how uneven they are.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_WEIGHTS_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_WEIGHTS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/domain/estimation/design.h"

namespace vg::indicators::estimation {

// A unit that was to answer.
struct Invited {
  SampledUnit unit;
  bool answered = false;
};

// What became of the strata.
struct Respondents {
  std::vector<SampledUnit> units;
  std::vector<std::string> silent_strata;  // Nobody answered: nothing stands for them.
};

// Those of a sample that answered. In every stratum their weights are raised by one factor to what
// all drawn in it weigh together: those that are silent are taken to be like those that are not.
Respondents RespondentsOf(const std::vector<Invited>& sample);

// Those of a census that answered, as a simple random sample of every stratum: weight N / n, with
// the finite population correction. `invited` names the unit and the stratum only.
Respondents CensusRespondents(const std::vector<Invited>& invited);

// Weights beyond `upper` become that; what it takes off is spread evenly over the others, and again
// until none is beyond. `upper` is at least their mean. R: trimWeights, as often as it takes.
std::vector<double> Trimmed(std::vector<double> weights, double upper);

// How uneven weights are.
struct WeightDiagnostics {
  int units = 0;
  double sum = 0, least = 0, most = 0;
  double variation = 0;      // The coefficient of variation: standard deviation (by n) over mean.
  double design_effect = 1;  // Kish: 1 + variation²: how much the error grows by weighting alone.
  double effective_units = 0;  // Kish: (Σw)² / Σw².
};
WeightDiagnostics Diagnose(std::span<const double> weights);

// Whether those that answered are like the population, by class of one attribute.
struct ClassCount {
  std::string name;
  int64_t answered = 0;
  double weight = 0;  // Of those that answered, before calibration.
  int64_t population = 0;
};
struct Representativeness {
  double statistic = 0;
  int degrees_of_freedom = 0;
  double p_value = 1;
};
// Pearson's chi-square of the weighted shares against those of the population, for as many units as
// the weights are effectively worth: with even weights, of the counts. Classes without population
// are left out; FAILED_PRECONDITION (TOO_FEW_CLASSES) with fewer than two. R: chisq.test(x, p = ).
absl::StatusOr<Representativeness> TestRepresentativeness(const std::vector<ClassCount>& classes,
                                                          double effective_units);

}  // namespace vg::indicators::estimation

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_WEIGHTS_H_
