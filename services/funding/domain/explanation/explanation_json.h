// What an explanation file is made of, as JSON.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_JSON_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_JSON_H_

#include <vector>

#include "absl/status/statusor.h"
#include <nlohmann/json.hpp>

#include "common/expression/expression.h"
#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/recipient_source.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

nlohmann::json ToJson(const Text& text);
nlohmann::json ToJson(const RoundingRule& rounding);
// An object with one of number, text, truth, list, map and absent.
nlohmann::json ToJson(const expression::Value& value);
nlohmann::json ToJson(const std::vector<TableEntry>& table);
// A step: its operation, formula, value, and the steps that it is made of.
nlohmann::json ToJson(const expression::Trace& trace);

// What the rules read of every recipient: names of facts, and a row each. The errors of `all`.
absl::StatusOr<nlohmann::json> PopulationJson(const Calculator& calculator,
                                              const RecipientSource& all);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_JSON_H_
