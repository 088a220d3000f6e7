// Fetches a data file that the survey exports.

#ifndef VG_SERVICES_CLI_ACTIONS_EXPORT_RESPONSES_H_
#define VG_SERVICES_CLI_ACTIONS_EXPORT_RESPONSES_H_

#include <functional>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/cli/session.h"
#include "voortgang/survey/v1/export_service.grpc.pb.h"

namespace vg::cli {

struct ExportOptions {
  // How often in a row it is tried again without getting anything further.
  int most_attempts = 5;
  std::function<void(absl::Duration)> sleep = [](absl::Duration wait) { absl::SleepFor(wait); };
};

// Hands every piece of the file to `write`, in order and once, and goes on from the last one where
// the connection breaks. Returns the last piece, which tells how many rows there are.
absl::StatusOr<voortgang::survey::v1::ExportResponsesResponse> ExportResponses(
    voortgang::survey::v1::ExportService::StubInterface& stub,
    voortgang::survey::v1::ExportResponsesRequest request, const ExportOptions& options,
    absl::FunctionRef<absl::Status(const voortgang::survey::v1::ExportResponsesResponse&)> write);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_EXPORT_RESPONSES_H_
