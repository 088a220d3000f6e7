// Why an amount could not be determined.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_REASON_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_REASON_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "common/expression/value.h"
#include "services/funding/domain/calculation/population.h"
#include "services/funding/domain/recipient.h"
#include "services/funding/domain/schemes/facts.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

struct Reason {
  // By the names of formulas: "pupils.total is missing in the source for 1 branch: 16SW03".
  std::string plain;
  // For people: "'Leerlingen' ontbreekt in de bron voor 1 vestiging: 16SW03".
  Text words;

  bool empty() const { return plain.empty(); }
};

// Of a condition or formula of `component` that came to `value`, which is absent; `fact` is its
// origin, if that is a fact.
Reason ReasonOf(const expression::Value& value, const Recipient& recipient, const Fact* fact,
                const Component& component);

// Of `figure`, "sum(score)", which is over all recipients: `gap` is why it is not known. Not
// `told`: one recipient was computed without the figures of all. `fact` is the gap's cause, if that
// is one.
Reason ReasonOf(std::string_view figure, bool told, const Gap& gap, const Fact* fact,
                RecipientKind kind);

// Of one that could not be computed.
Reason ReasonOf(const absl::Status& status, const Component& component);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_REASON_H_
