// Schemes between proto and domain.

#ifndef VG_SERVICES_FUNDING_API_SCHEME_PROTO_H_
#define VG_SERVICES_FUNDING_API_SCHEME_PROTO_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/schemes/scheme.h"
#include "voortgang/funding/v1/scheme.pb.h"
#include "voortgang/type/v1/localized_text.pb.h"

namespace vg::funding {

voortgang::type::v1::LocalizedText ToProto(const Text& text);

// The scheme with its instalment patterns filled in; `faults` grows by what cannot be read.
Scheme ReadScheme(const voortgang::funding::v1::Scheme& scheme, std::vector<SchemeFault>& faults);

// Reads, checks and compiles; BAD_SCHEME with every fault, their fields under `prefix`
// ("content.").
absl::StatusOr<Calculator> Compile(const voortgang::funding::v1::Scheme& scheme,
                                   std::string_view prefix = {});

// The scheme's numbers without superfluous zeros: as it is kept and answered.
voortgang::funding::v1::Scheme Normalized(voortgang::funding::v1::Scheme scheme,
                                          const Scheme& meaning);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_SCHEME_PROTO_H_
