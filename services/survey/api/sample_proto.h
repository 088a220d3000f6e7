// Samples on the wire and in the domain.

#ifndef VG_SERVICES_SURVEY_API_SAMPLE_PROTO_H_
#define VG_SERVICES_SURVEY_API_SAMPLE_PROTO_H_

#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "services/survey/domain/sample.h"
#include "voortgang/survey/v1/sample.pb.h"

namespace vg::survey {

// In the order in which they were sent. Faults are told by the place in
// "samples".
absl::StatusOr<std::vector<Sample>> SamplesFromProto(
    const google::protobuf::RepeatedPtrField<voortgang::survey::v1::Sample>& samples);

voortgang::survey::v1::SampleUnit ToProto(const SampleUnit& unit);
voortgang::survey::v1::SampleSummary ToProto(const SampleSummary& summary);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_SAMPLE_PROTO_H_
