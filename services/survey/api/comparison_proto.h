// Comparisons of versions on the wire and in the domain.

#ifndef VG_SERVICES_SURVEY_API_COMPARISON_PROTO_H_
#define VG_SERVICES_SURVEY_API_COMPARISON_PROTO_H_

#include <string>

#include "absl/status/statusor.h"

#include "services/survey/domain/comparison.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

using ComparisonProto =
    google::protobuf::RepeatedPtrField<voortgang::survey::v1::QuestionComparison>;

Comparison FromProto(const ComparisonProto& comparisons);
void ToProto(const Comparison& comparison, ComparisonProto& out);

// As they are kept with a version. Empty for an empty one; DATA_LOSS if they cannot be read.
std::string Encode(const Comparison& comparison);
absl::StatusOr<Comparison> DecodeComparison(const std::string& bytes);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_COMPARISON_PROTO_H_
