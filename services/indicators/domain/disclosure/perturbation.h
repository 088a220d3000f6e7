// Counts that are rounded or given noise in place of being hidden.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_PERTURBATION_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_PERTURBATION_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/domain/disclosure/policy.h"

namespace vg::indicators::disclosure {

// The fraction of a cell, in [0, 1): the secret numbers of the units that contribute, added up and
// taken modulo one. The same units give the same fraction in whatever table they meet.
double CellFraction(uint64_t sum_of_unit_keys);

// To the nearest multiple of `base`; half way, to the even one.
int64_t RoundConventionally(int64_t count, int64_t base);
// Down or up to a multiple, up with the chance of the remainder over `base`: right on average.
// `fraction` is what is drawn.
int64_t RoundByChance(int64_t count, int64_t base, double fraction);
// Each down or up to a multiple so that they add up to their sum as it is rounded conventionally:
// those with the largest remainders go up (controlled rounding; a table of one total has one).
std::vector<int64_t> RoundControlled(const std::vector<int64_t>& counts, int64_t base);

// The perturbation table of the rule (Marley and Leaver, 2011; Giessing, 2016): for every count of
// 1 up to where all are treated alike, the noise of mean 0 and variance V that is at most D, makes
// no count negative and none of 1 up to js, and is otherwise as random as can be (of the largest
// entropy). INVALID_ARGUMENT (NOISE_INFEASIBLE), naming the count, if there is none.
absl::StatusOr<std::vector<NoiseChance>> MakeNoiseTable(const CellKeyRule& rule);

// The count with its noise; nought stays nought.
int64_t AddNoise(const CellKeyRule& rule, int64_t count, double fraction);

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_PERTURBATION_H_
