// Responses and programmes as expressions see them.

#ifndef VG_SERVICES_INDICATORS_API_RECORD_PROTO_H_
#define VG_SERVICES_INDICATORS_API_RECORD_PROTO_H_

#include <memory>

#include "services/indicators/domain/record.h"
#include "voortgang/catalogue/v1/programme.pb.h"
#include "voortgang/survey/v1/questionnaire.pb.h"
#include "voortgang/survey/v1/response.pb.h"

namespace vg::indicators {

// The names of a response to `questionnaire`.
std::shared_ptr<const RecordShape> ShapeOf(
    const voortgang::survey::v1::Questionnaire& questionnaire);

// Makes `record`, a frame of `shape`, that of the response: nothing of what it held before is left.
void FillRecord(const RecordShape& shape, const voortgang::survey::v1::Response& response,
                expression::Frame& record);
// Of ProgrammeShape().
void FillRecord(const voortgang::catalogue::v1::Programme& programme, expression::Frame& record);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_RECORD_PROTO_H_
