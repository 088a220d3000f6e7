// What the register would say, said by someone else: for simulations.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_FACT_VALUES_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_FACT_VALUES_H_

#include <string_view>

#include "absl/status/status.h"

#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/recipient.h"

namespace vg::funding {

// Makes `recipient` have the fact `name` ("pupils.bo", "score", one that the scheme declares) as
// `value` says: a number, a text; empty: not known.
//
// INVALID_ARGUMENT on `field`: UNKNOWN_FACT for a name that no formula could use or that follows
// from others ("pupils.total"), BAD_FACT for a value that the register could not have.
absl::Status SetFact(const Calculator& calculator, std::string_view name, std::string_view value,
                     std::string_view field, Recipient& recipient);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_FACT_VALUES_H_
