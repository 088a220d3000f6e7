// The shared proto types <-> the values that domains work with.
//
// FromProto returns an error on `field` (the path of the message in the request); ToProto cannot
// fail.

#ifndef VG_COMMON_GRPC_TYPE_CONVERSIONS_H_
#define VG_COMMON_GRPC_TYPE_CONVERSIONS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/type/date.pb.h"
#include "google/type/money.pb.h"

#include "common/numeric/exact.h"
#include "common/numeric/format.h"
#include "common/numeric/money.h"
#include "voortgang/type/v1/decimal.pb.h"
#include "voortgang/type/v1/localized_text.pb.h"

namespace vg::rpc {

absl::StatusOr<Exact> FromProto(const voortgang::type::v1::Decimal& decimal,
                                std::string_view field);
// Without superfluous zeros. A value that has no finite decimal is rounded, half away from zero, to
// `places`; give `places` where the field fixes the number of decimals.
voortgang::type::v1::Decimal ToProto(const Exact& value, int places = 20);
// Exactly `places` decimals.
voortgang::type::v1::Decimal ToProtoFixed(const Exact& value, int places, Rounding rounding);

absl::StatusOr<Money> FromProto(const google::type::Money& money, std::string_view field);
google::type::Money ToProto(Money money);

// A whole date; a year or month alone is INVALID_ARGUMENT (DATE_INVALID).
absl::StatusOr<absl::CivilDay> FromProto(const google::type::Date& date, std::string_view field);
google::type::Date ToProto(absl::CivilDay day);

absl::StatusOr<absl::Time> FromProto(const google::protobuf::Timestamp& time,
                                     std::string_view field);
// Microseconds; what is finer is cut off.
google::protobuf::Timestamp ToProto(absl::Time time);

// The text in `language`; Dutch where there is no other.
const std::string& TextIn(Language language, const voortgang::type::v1::LocalizedText& text);

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_TYPE_CONVERSIONS_H_
