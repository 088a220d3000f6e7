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

expression::Frame RecordOf(const RecordShape& shape,
                           const voortgang::survey::v1::Response& response);
// Of ProgrammeShape().
expression::Frame RecordOf(const voortgang::catalogue::v1::Programme& programme);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_RECORD_PROTO_H_
