// The rules that the proto gives the fields of a response, held to without reflection: a stream
// brings more responses than could be walked field by field.

#ifndef VG_SERVICES_SURVEY_API_FIELD_RULES_H_
#define VG_SERVICES_SURVEY_API_FIELD_RULES_H_

#include "voortgang/survey/v1/response.pb.h"

namespace vg::survey {

// Whether answers and invitation token may break the rules of their fields. False is certain; where
// it is true rpc::Validate says what is wrong, if anything is, so that a response is refused for
// the same reason however it comes.
bool MayBreakFieldRules(const voortgang::survey::v1::Response& response);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_FIELD_RULES_H_
