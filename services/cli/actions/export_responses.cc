#include "services/cli/actions/export_responses.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace vg::cli {

namespace v1 = voortgang::survey::v1;

absl::StatusOr<v1::ExportResponsesResponse> ExportResponses(
    v1::ExportService::StubInterface& stub, v1::ExportResponsesRequest request,
    const ExportOptions& options,
    absl::FunctionRef<absl::Status(const v1::ExportResponsesResponse&)> write) {
  absl::Duration wait = absl::Milliseconds(200);
  for (int attempt = 1;; ++attempt) {
    const auto context = rpc::NewClientContext(absl::InfiniteDuration());
    const auto reader = stub.ExportResponses(context.get(), request);
    v1::ExportResponsesResponse piece;
    while (reader->Read(&piece)) {
      if (absl::Status written = write(piece); !written.ok()) {
        context->TryCancel();
        (void)reader->Finish();
        return written;
      }
      if (piece.resume_token().empty()) {
        RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));
        return piece;
      }
      request.set_resume_token(piece.resume_token());
      attempt = 0;
      wait = absl::Milliseconds(200);
    }
    absl::Status status = rpc::FromGrpcStatus(reader->Finish());
    if (status.ok()) status = absl::UnavailableError("the export ended before its last piece");
    // CANCELLED is what a server leaves behind that gave up waiting for its pieces to be read.
    const bool broke = absl::IsUnavailable(status) || absl::IsCancelled(status);
    if (!broke || attempt >= options.most_attempts) return status;
    options.sleep(wait);
    wait = std::min(2 * wait, absl::Duration(absl::Seconds(5)));
  }
}

}  // namespace vg::cli
