// Numbers, days and rules as people read them.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_WORDS_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_WORDS_H_

#include <string>

#include "absl/time/civil_time.h"

#include "common/expression/expression.h"
#include "common/expression/unit.h"
#include "common/expression/value.h"
#include "common/numeric/exact.h"
#include "common/numeric/format.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// All digits: "1.333,8429633"; a fraction "10.000.000/37" where they have no end.
std::string InWords(const Exact& value, Language language);

// With its unit: "250 leerlingen", "€ 701,16 per leerling", "€251.16 per point".
std::string InWords(const Exact& value, const expression::Unit& unit, Language language);

// "1 oktober 2020", "oktober 2020".
std::string InWords(absl::CivilDay day, Language language);
std::string InWords(absl::CivilMonth month, Language language);

// "op centen, halven van nul af".
std::string InWords(const RoundingRule& rounding, Language language);
// How an amount of `component` is rounded; of a divided pot "so dat alle delen samen de pot zijn".
std::string RoundingInWords(const Component& component, Language language);

// A calculation with its figures filled in: "€ 701,16 per leerling × 250 leerlingen". Of a choice
// (c ? a : b) only what was chosen.
std::string InWords(const expression::Trace& trace, Language language);

// What a step of a calculation does: "*", "max", "?:", "name", "literal", "lookup", "list",
// "population".
std::string OperationOf(const expression::Trace& trace);

// As a program reads it: "175290", "true", "absent: suppressed in the source".
std::string PlainText(const expression::Value& value);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_WORDS_H_
