// The numbers that hold: of each parameter the value, or the table, of the scheme's reference date.

#ifndef VG_SERVICES_FUNDING_DOMAIN_SCHEMES_PARAMETERS_H_
#define VG_SERVICES_FUNDING_DOMAIN_SCHEMES_PARAMETERS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

#include "common/expression/environment.h"
#include "services/funding/domain/errors.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// One number of a parameter with what is said of it.
struct Figure {
  const Parameter* parameter = nullptr;
  std::string key;  // Of a table; else empty.
  Exact value;
  std::string legal_reference;
  bool provisional = false;
  std::optional<Text> note = std::nullopt;
  std::optional<absl::CivilDay> from = std::nullopt;  // Of a dated value.

  // "rate_bo", "rate.bo".
  std::string Name() const;
};

// The number of `parameter` on `day`, or all of its table, in the order of the scheme; empty before
// the first of its dated values. They point into `parameter`.
std::vector<Figure> FiguresOn(const Parameter& parameter, absl::CivilDay day);

// Declares every parameter as a constant: a number, or a map of the table; of those with dated
// numbers also the function {id}_on(day). Adds what is wrong with them to `faults`.
void DeclareParameters(const Scheme& scheme, expression::Environment& environment,
                       std::vector<SchemeFault>& faults);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_SCHEMES_PARAMETERS_H_
