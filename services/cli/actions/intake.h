// Streams many items into a service that acknowledges them in batches.

#ifndef VG_SERVICES_CLI_ACTIONS_INTAKE_H_
#define VG_SERVICES_CLI_ACTIONS_INTAKE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/cli/actions/resuming_stream.h"
#include "services/cli/session.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {

// An item that was not taken in.
struct Refusal {
  int64_t index;
  std::string name;
  std::string reason;
  std::string field;
  std::string message;
  // Of a response: the question that is wrong, with its instance inside a repeat group.
  std::string question = {};
  int instance = 0;

  // Where it is wrong, for people: the question rather than its place.
  std::string place() const;
};

struct IntakeOutcome {
  int64_t accepted = 0;
  int64_t repeated = 0;
  std::vector<Refusal> refused;
  std::optional<voortgang::catalogue::v1::BoardSummary> board;  // Of a board that filed.
};

// Sends items until `next` returns false. `total` is for the progress bar; 0 if not known. After a
// broken connection it goes on from the last acknowledged item, as long as `patience` lasts, and
// says so on standard error; then the error says how far it came, and sending everything again is
// safe. What only checks does not go on, for the server forgot what it would have taken in.
absl::StatusOr<IntakeOutcome> ImportResponses(
    Session& session, int64_t total, bool validate_only, const Patience& patience,
    const std::function<bool(voortgang::survey::v1::Response&)>& next);
// If the connection breaks the error says so; sending everything again is safe.
absl::StatusOr<IntakeOutcome> ImportProgrammes(
    Session& session, int64_t total,
    const std::function<bool(voortgang::catalogue::v1::ProgrammeFiling&)>& next);

// The same; `terms` is what the first message says of the stream, without filings.
absl::StatusOr<IntakeOutcome> ImportProgrammesOn(
    Session& session, const voortgang::catalogue::v1::ImportProgrammesRequest& terms, int64_t total,
    const std::function<bool(voortgang::catalogue::v1::ProgrammeFiling&)>& next);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_INTAKE_H_
