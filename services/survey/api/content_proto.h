// A questionnaire of the domain on the wire.

#ifndef VG_SERVICES_SURVEY_API_CONTENT_PROTO_H_
#define VG_SERVICES_SURVEY_API_CONTENT_PROTO_H_

#include "services/survey/domain/questionnaire.h"
#include "voortgang/survey/v1/questionnaire.pb.h"

namespace vg::survey {

// The reverse of FromProto (questionnaire_proto.h).
void ToProto(const Questionnaire& content, voortgang::survey::v1::Questionnaire& out);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_CONTENT_PROTO_H_
