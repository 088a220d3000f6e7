// How two estimates from two samples vary together.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_CHANGE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_CHANGE_H_

#include "services/indicators/domain/estimation/estimator.h"

namespace vg::indicators::estimation {

// The covariance of two estimates by their influences, through the units that are in both samples
// in the same stratum: per stratum
//
//   (1 − n₁ n₂ / (N c)) √(n₁/(n₁ − 1) n₂/(n₂ − 1)) Σ (z₁ − z̄₁)(z₂ − z̄₂)
//
// over the c clusters of the first stage that both have; N is the larger of both population sizes,
// and the first factor 1 where it is not told. With the same units in both it is the covariance
// over one sample (R: svycontrast of svyby by wave, with the unit as cluster); where both were
// drawn anew, so that c is about n₁ n₂ / N, it is 0. Never more than what keeps the variance of the
// difference from being negative. Calibrations are taken into account.
double Covariance(const Estimator& first, const Influence& first_influence, const Estimator& second,
                  const Influence& second_influence);

}  // namespace vg::indicators::estimation

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_CHANGE_H_
