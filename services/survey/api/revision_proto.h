// What a response is and was, on the wire.

#ifndef VG_SERVICES_SURVEY_API_REVISION_PROTO_H_
#define VG_SERVICES_SURVEY_API_REVISION_PROTO_H_

#include "absl/status/statusor.h"

#include "services/survey/api/response_proto.h"
#include "services/survey/storage/revision.h"
#include "voortgang/survey/v1/response.pb.h"

namespace vg::survey {

// Without differences.
absl::StatusOr<voortgang::survey::v1::ResponseRevision> ToProto(const Asked& asked,
                                                                const Revision& revision);

// Tells in `after` what differs from the revision before it: per question, per row of a matrix (by
// id), and per question and instance of a repeat group, after how many instances it has if that
// differs; and when the client says it was answered. Instances are told apart by their place, and
// the answers of both are in the order of the questionnaire.
void TellDifferences(const voortgang::survey::v1::ResponseRevision& before,
                     voortgang::survey::v1::ResponseRevision& after);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_REVISION_PROTO_H_
