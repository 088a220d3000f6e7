// What a response is and was, on the wire.

#ifndef VG_SERVICES_SURVEY_API_REVISION_PROTO_H_
#define VG_SERVICES_SURVEY_API_REVISION_PROTO_H_

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "services/survey/api/response_proto.h"
#include "services/survey/storage/revision.h"
#include "voortgang/survey/v1/response.pb.h"

namespace vg::survey {

// Without differences.
absl::StatusOr<voortgang::survey::v1::ResponseRevision> ToProto(const Asked& asked,
                                                                const Revision& revision);

using Answers = google::protobuf::RepeatedPtrField<voortgang::survey::v1::Answer>;

// What differs from `before` to `after`, which are both in the order of the questionnaire: per
// question, and per question and instance of a repeat group. Instances are told apart by their
// place. An answer differs as a whole: a matrix in one row differs.
google::protobuf::RepeatedPtrField<voortgang::survey::v1::AnswerDifference> Differences(
    const Answers& before, const Answers& after);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_REVISION_PROTO_H_
