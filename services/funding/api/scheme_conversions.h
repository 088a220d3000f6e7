// Schemes as they are kept.

#ifndef VG_SERVICES_FUNDING_API_SCHEME_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_SCHEME_CONVERSIONS_H_

#include "absl/status/statusor.h"

#include "services/funding/api/scheme_proto.h"
#include "services/funding/storage/funding_store.h"

namespace vg::funding {

// What was published; DATA_LOSS if it cannot be read.
absl::StatusOr<Scheme> SchemeOf(const SchemeVersionRow& row);
absl::StatusOr<Calculator> CalculatorOf(const SchemeVersionRow& row);

absl::StatusOr<voortgang::funding::v1::SchemeVersion> ToProto(const SchemeVersionRow& row);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_SCHEME_CONVERSIONS_H_
