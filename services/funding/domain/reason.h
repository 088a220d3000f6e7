// Why an amount could not be determined.

#ifndef VG_SERVICES_FUNDING_DOMAIN_REASON_H_
#define VG_SERVICES_FUNDING_DOMAIN_REASON_H_

#include <string>

#include "absl/status/status.h"

#include "common/expression/value.h"
#include "services/funding/domain/recipient.h"
#include "services/funding/domain/scheme.h"

namespace vg::funding {

struct Reason {
  // By the names of formulas: "pupils.total is missing in the source for 1 branch: 16SW03".
  std::string plain;
  // For people: "'Leerlingen' ontbreekt in de bron voor 1 vestiging: 16SW03".
  Text words;

  bool empty() const { return plain.empty(); }
};

// Of a condition or formula of `component` that came to `value`, which is absent.
Reason ReasonOf(const expression::Value& value, const Recipient& recipient, RecipientKind kind,
                const Component& component);

// Of one that could not be computed.
Reason ReasonOf(const absl::Status& status, const Component& component);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_REASON_H_
