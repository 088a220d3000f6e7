// Waves on the wire and in the domain.

#ifndef VG_SERVICES_SURVEY_API_WAVE_PROTO_H_
#define VG_SERVICES_SURVEY_API_WAVE_PROTO_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/map.h"

#include "services/survey/domain/progress.h"
#include "services/survey/domain/wave.h"
#include "voortgang/survey/v1/survey_service.pb.h"
#include "voortgang/survey/v1/wave.pb.h"

namespace vg::survey {

// In the order of names.
Attributes FromProto(const google::protobuf::Map<std::string, std::string>& attributes);

// The wave without what the server adds: snapshot digest, roles of the questionnaires. `prefix`
// comes before the names of fields ("wave.").
absl::StatusOr<Wave> FromProto(std::string id, const voortgang::survey::v1::Wave& wave,
                               std::string_view prefix);

// With its etag.
voortgang::survey::v1::Wave ToProto(const Wave& wave);

voortgang::survey::v1::WaveProgress ToProto(std::string_view wave_name,
                                            const std::vector<RoleProgress>& roles);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_WAVE_PROTO_H_
