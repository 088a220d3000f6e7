// What can be worked out about hidden cells, whoever hid them and however.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_AUDIT_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_AUDIT_H_

#include <vector>

#include "services/indicators/domain/disclosure/suppression.h"

namespace vg::indicators::disclosure {

// Atoms beyond which what a holder can work out is looked at one sum at a time: holders are many,
// and each sees a problem of its own.
inline constexpr size_t kLargestForHolders = 150;

// The feasible range of one number of a hidden cell.
struct CellRange {
  int cell = 0;
  int quantity = 0;
  Range range;
  double required_width = 0;
  bool met = true;
  bool met_beside_holders = true;  // No holder who knows its own knows it exactly.
};

// Of every hidden one of `cells` and every quantity, to whoever sees the cells of `visible` tables
// as `reasons` has them. By quantity, then in the order of `cells`.
std::vector<CellRange> RangesOf(const SuppressionProblem& problem,
                                const std::vector<Reason>& reasons, const std::vector<int>& visible,
                                const std::vector<int>& cells);

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_AUDIT_H_
