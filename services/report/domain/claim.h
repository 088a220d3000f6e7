// Claims: what must be so for the words of a sentence to be true.

#ifndef VG_SERVICES_REPORT_DOMAIN_CLAIM_H_
#define VG_SERVICES_REPORT_DOMAIN_CLAIM_H_

#include <string>
#include <string_view>
#include <vector>

#include "common/status/error.h"
#include "services/report/domain/figure.h"

namespace vg::report {

// Changes with a smaller p-value are beyond chance.
inline constexpr int kSignificancePercent = 5;

// Whether `condition` ("team >= 90%", "consent majority") holds. If not, or if it cannot be read, a
// violation at `place` says which words claim what, and both values. `figure` becomes the id of the
// first figure of the condition, if it could be read.
bool CheckClaim(std::string_view words, std::string_view condition, const Figures& figures,
                const std::string& place, std::string& figure,
                std::vector<FieldViolation>& violations);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_CLAIM_H_
