// Quantiles from counts of values.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_QUANTILE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_QUANTILE_H_

#include <optional>
#include <span>
#include <vector>

#include "services/indicators/domain/estimation/estimator.h"
#include "services/indicators/domain/estimation/interval.h"

namespace vg::indicators::estimation {

// How many records of each unit of a domain have one value; as long as the domain, in its order.
struct ValueCounts {
  double value = 0;
  std::vector<double> counts;
};

struct QuantileEstimate {
  double value = 0;
  // Woodruff's: the interval of the share of records at or below `value`, turned back by the same
  // rule. An end that would lie beyond every value is absent. R: svyquantile, whose defaults these
  // are.
  std::optional<double> lower, upper;
  // Half the interval over the critical value; nothing unless both ends are there.
  std::optional<double> standard_error;
};

// The least value that a share `p` of the population's records is not above. `values` ascend;
// `domain` gives of each unit how many records it has. Nothing without records.
std::optional<QuantileEstimate> Quantile(const Estimator& estimator, DomainView domain,
                                         std::span<const ValueCounts> values, double p,
                                         const Confidence& confidence);

}  // namespace vg::indicators::estimation

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_QUANTILE_H_
