#include "services/funding/api/scheme_conversions.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"
#include "services/funding/api/names.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

absl::StatusOr<v1::Scheme> Parse(const SchemeVersionRow& row) {
  v1::Scheme scheme;
  if (!scheme.ParseFromString(row.content)) {
    return absl::DataLossError(
        absl::StrCat(SchemeVersionName(row.scheme, row.version), " cannot be read"));
  }
  return scheme;
}

}  // namespace

absl::StatusOr<Scheme> SchemeOf(const SchemeVersionRow& row) {
  ASSIGN_OR_RETURN(const v1::Scheme proto, Parse(row));
  std::vector<SchemeFault> faults;
  Scheme scheme = ReadScheme(proto, faults);
  if (!faults.empty()) {
    return absl::DataLossError(
        absl::StrCat(SchemeVersionName(row.scheme, row.version), " is damaged"));
  }
  return scheme;
}

absl::StatusOr<Calculator> CalculatorOf(const SchemeVersionRow& row) {
  ASSIGN_OR_RETURN(Scheme scheme, SchemeOf(row));
  ASSIGN_OR_RETURN(Calculator calculator, Calculator::Make(std::move(scheme)));
  if (calculator.digest() != row.digest) {
    return absl::DataLossError(absl::StrCat(SchemeVersionName(row.scheme, row.version),
                                            " is not what was published under its digest"));
  }
  return calculator;
}

absl::StatusOr<v1::SchemeVersion> ToProto(const SchemeVersionRow& row) {
  v1::SchemeVersion version;
  version.set_name(SchemeVersionName(row.scheme, row.version));
  ASSIGN_OR_RETURN(*version.mutable_content(), Parse(row));
  version.set_digest(row.digest);
  *version.mutable_publish_time() = rpc::ToProto(row.publish_time);
  return version;
}

}  // namespace vg::funding
