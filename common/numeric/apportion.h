// Dividing whole things by shares so that nothing is lost.

#ifndef VG_COMMON_NUMERIC_APPORTION_H_
#define VG_COMMON_NUMERIC_APPORTION_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

#include "common/numeric/exact.h"

namespace vg {

// Divides `total` (cents, seats; may be negative) in proportion to `weights`, by largest remainder:
// everyone gets the rounded-down share, and what is left goes one by one to the largest remainders,
// the first in order at a tie. The parts add up to `total`.
// INVALID_ARGUMENT: NEGATIVE_WEIGHT, or NO_WEIGHT if the weights are empty or add up to zero.
absl::StatusOr<std::vector<int64_t>> Apportion(int64_t total, std::span<const Exact> weights);

}  // namespace vg

#endif  // VG_COMMON_NUMERIC_APPORTION_H_
