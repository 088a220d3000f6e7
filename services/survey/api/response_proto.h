// Responses on the wire, in the domain and in the database.

#ifndef VG_SERVICES_SURVEY_API_RESPONSE_PROTO_H_
#define VG_SERVICES_SURVEY_API_RESPONSE_PROTO_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/response_draft.h"
#include "services/survey/storage/response.h"
#include "voortgang/survey/v1/response.pb.h"

namespace vg::survey {

// What was sent, borrowed from `sent`. INVALID_ARGUMENT if client_time is no time.
absl::StatusOr<ResponseDraft> DraftOf(const voortgang::survey::v1::Response& sent);

// What was asked: what a stored response is told by.
struct Asked {
  std::string_view wave_name;     // "waves/w"
  std::string_view version_name;  // "questionnaires/q/versions/1"
  const CompiledQuestionnaire* questionnaire = nullptr;
};

// Whether free texts are told.
enum class Texts { kTold, kLeftOut };

// A stored response under its names, into the empty `out`. DATA_LOSS if its content cannot be read.
absl::Status ToProto(const Asked& asked, const StoredResponse& stored,
                     voortgang::survey::v1::Response& out, Texts texts = Texts::kTold);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_RESPONSE_PROTO_H_
