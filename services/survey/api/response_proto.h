// Responses on the wire, in the domain, in the database and in the feed.

#ifndef VG_SERVICES_SURVEY_API_RESPONSE_PROTO_H_
#define VG_SERVICES_SURVEY_API_RESPONSE_PROTO_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/survey/domain/response_checker.h"
#include "services/survey/domain/response_draft.h"
#include "services/survey/storage/response.h"
#include "voortgang/survey/v1/response.pb.h"

namespace vg::survey {

// What was sent, borrowed from `sent`. INVALID_ARGUMENT if client_time is no time.
absl::StatusOr<ResponseDraft> DraftOf(const voortgang::survey::v1::Response& sent);

// What a response is stored as, beside the columns that say whose it is: a serialized Response that
// holds client_time, the answers in the order of the questionnaire and what was dropped. Choices
// are sorted by id and numbers are written without superfluous zeros, so that equal contents are
// equal bytes.
struct Content {
  std::string stored;
  // The same without free texts: what the feed tells.
  std::string told;
};

// Turns `sent`, about which `verdict` has nothing to complain, into its content. `sent` is used up.
Content TakeContent(voortgang::survey::v1::Response& sent, const Verdict& verdict);

// A stored response under its names.
voortgang::survey::v1::Response ToProto(std::string_view wave_name, std::string_view version_name,
                                        const StoredResponse& stored);

// The feed's payload, a serialized ResponseChange without position and time. `told` is the content
// of `after` without free texts.
std::string NewChange(std::string_view wave_name, std::string_view version_name,
                      const StoredResponse& after, std::string_view told);
// `change_of_after` is the NewChange of `after`, whose revision and accept_time are put right.
std::string ReplacementChange(std::string_view wave_name, std::string_view version_name,
                              const StoredResponse& before, const StoredResponse& after,
                              std::string_view change_of_after);
std::string WithdrawalChange(std::string_view wave_name, std::string_view version_name,
                             const StoredResponse& before);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_RESPONSE_PROTO_H_
