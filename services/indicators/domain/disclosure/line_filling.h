// Hiding more of a line that hides too little: quick, and most of what is needed.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_LINE_FILLING_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_LINE_FILLING_H_

#include <vector>

#include "services/indicators/domain/disclosure/suppression.h"

namespace vg::indicators::disclosure {

// Hides the cheapest of `candidates`, which are ascending cells of the last table, until what each
// shown sum of its ancestors hides is more than one cell, and as many records as any of them needs.
// Sets the reasons of what it hides, and returns it. What tables tell together it does not see.
std::vector<int> FillLines(const std::vector<int>& candidates, SuppressionProblem& problem);

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_LINE_FILLING_H_
