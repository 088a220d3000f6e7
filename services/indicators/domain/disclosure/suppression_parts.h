// A table that is to be protected, in parts that have nothing to do with each other.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SUPPRESSION_PARTS_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SUPPRESSION_PARTS_H_

#include <vector>

#include "services/indicators/domain/disclosure/suppression.h"

namespace vg::indicators::disclosure {

// The part of one table and its ancestors that some of their atoms are in.
struct SuppressionPart {
  // As those see it who see the tables: atoms that none tells apart are one, and holders have
  // numbers of the part. The table is the last one, its ancestors are those before.
  SuppressionProblem problem;
  std::vector<int> cells;   // Of the whole, by cell of the part.
  std::vector<int> atoms;   // Of the whole, ascending.
  std::vector<int> merged;  // By place in `atoms`: the atom of the part.
};

// The numbers that the part has in `whole`, whose cells are hidden as `reasons` has it.
CellNumbers NumbersOf(const SuppressionProblem& whole, const std::vector<Reason>& reasons,
                      const SuppressionPart& part);

// The parts of `table` beside its ancestors in which something is hidden, as `reasons` has it: what
// is hidden in one, or known about it, is the same whatever is hidden in another. Provinces, say,
// if what is shown of them is all that their municipalities have in common: a shown sum that
// follows from other shown sums of the ancestors, as the country does from its provinces, ties
// nothing together. In the order of their first atoms.
std::vector<SuppressionPart> PartsOf(const SuppressionProblem& problem,
                                     const std::vector<Reason>& reasons, int table);

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SUPPRESSION_PARTS_H_
