// Dividing a difference over what caused it, so that the parts add up.

#ifndef VG_SERVICES_FUNDING_DOMAIN_COMPARISON_ATTRIBUTION_H_
#define VG_SERVICES_FUNDING_DOMAIN_COMPARISON_ATTRIBUTION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"

#include "common/numeric/exact.h"

namespace vg::funding {

// Factors up to which every order is weighed; more would take 2^factors evaluations.
inline constexpr size_t kMostFactorsInEveryOrder = 6;

// What an amount comes to when some factors are as they are after the change (true) and the others
// as they were before.
using Mixture = absl::FunctionRef<Exact(const std::vector<bool>& after)>;

// How much each factor accounts for of the difference between all after and all before. The parts
// add up to that difference exactly, do not depend on the order of the factors (up to
// kMostFactorsInEveryOrder), and change their sign when before and after change places.
//
// A part is the factor's Shapley value: the mean of what changing it makes of the amount over all
// orders in which the factors can change one by one. Of more factors than kMostFactorsInEveryOrder
// it is the mean over two orders: the given one and its reverse.
std::vector<Exact> Attribute(size_t factors, Mixture mixture);

// `parts`, in units of money, as cents that add up to `total`, by largest remainder: each is cut
// off towards zero, and what is left goes cent by cent to those that lost most, the first of
// equals. The parts add up to `total` before rounding. Changing all signs changes the signs of the
// result.
std::vector<int64_t> InCents(std::span<const Exact> parts, int64_t total);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_COMPARISON_ATTRIBUTION_H_
