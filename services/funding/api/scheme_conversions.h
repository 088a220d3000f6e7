// Schemes between proto and domain.

#ifndef VG_SERVICES_FUNDING_API_SCHEME_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_SCHEME_CONVERSIONS_H_

#include <vector>

#include "absl/status/statusor.h"

#include "services/funding/domain/calculator.h"
#include "services/funding/domain/scheme.h"
#include "services/funding/storage/funding_store.h"
#include "voortgang/funding/v1/scheme.pb.h"
#include "voortgang/type/v1/localized_text.pb.h"

namespace vg::funding {

voortgang::type::v1::LocalizedText ToProto(const Text& text);

// Reads, checks and compiles; BAD_SCHEME with every fault, their fields under `prefix`
// ("content.").
absl::StatusOr<Calculator> Compile(const voortgang::funding::v1::Scheme& scheme,
                                   std::string_view prefix = {});

// What was published; DATA_LOSS if it cannot be read.
absl::StatusOr<Scheme> SchemeOf(const SchemeVersionRow& row);
absl::StatusOr<Calculator> CalculatorOf(const SchemeVersionRow& row);

// The scheme's numbers without superfluous zeros: as it is kept and answered.
voortgang::funding::v1::Scheme Normalized(voortgang::funding::v1::Scheme scheme,
                                          const Scheme& meaning);

absl::StatusOr<voortgang::funding::v1::SchemeVersion> ToProto(const SchemeVersionRow& row);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_SCHEME_CONVERSIONS_H_
