// Programmes of the API <-> programmes of the domain.

#ifndef VG_SERVICES_CATALOGUE_API_PROGRAMME_PROTO_H_
#define VG_SERVICES_CATALOGUE_API_PROGRAMME_PROTO_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/status/error.h"
#include "services/catalogue/domain/programme.h"
#include "voortgang/catalogue/v1/programme.pb.h"

namespace vg::catalogue {

namespace v1 = voortgang::catalogue::v1;

// What the school says in `programme`, whose fields have the form that their rules ask for. What
// cannot be read (IMPOSSIBLE_DATE, BAD_AMOUNT) is added to `violations`, by its path in the
// programme.
absl::StatusOr<Plan> PlanOf(const v1::Programme& programme,
                            std::vector<FieldViolation>& violations);

// A decision, without its record_time. IMPOSSIBLE_DATE on "date".
Consent FromProto(const v1::Consent& consent, std::vector<FieldViolation>& violations);

// With how far it is and what it lacks.
v1::Programme ToProto(const Programme& programme);

// How programmes are kept: as serialized messages of the API, without what follows from the rest.
// INTERNAL if `content` is none.
std::string ContentOf(const Programme& programme);
absl::StatusOr<Programme> FromContent(const std::string& content);
// As it is shown.
absl::StatusOr<v1::Programme> ProtoOfContent(const std::string& content);

// The payload of the feed: a ProgrammeChange, without what never leaves the service through it.
// `before` is null for a new programme.
std::string FeedPayload(const Programme* before, const Programme& after);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_PROGRAMME_PROTO_H_
