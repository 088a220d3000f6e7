// The payments of a component in an explanation file, computed again.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_PAYMENT_FINDINGS_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_PAYMENT_FINDINGS_H_

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/numeric/money.h"
#include "services/funding/domain/explanation/explanation_steps.h"
#include "services/funding/domain/explanation/explanation_verifier.h"

namespace vg::funding {

// Holds the `payments` of `component` against what spreading `amount` gives. `reader` fails for
// what cannot be read.
std::vector<VerifiedItem> PaymentFindings(const std::string& name, const nlohmann::json& component,
                                          Money amount, JsonReader& reader);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_PAYMENT_FINDINGS_H_
