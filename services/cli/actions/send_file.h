// A file to the server in pieces: terms first, an answer at the end.

#ifndef VG_SERVICES_CLI_ACTIONS_SEND_FILE_H_
#define VG_SERVICES_CLI_ACTIONS_SEND_FILE_H_

#include <fstream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/client.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/render/progress_bar.h"

namespace vg::cli {

inline constexpr size_t kPieceBytes = size_t{256} << 10;

// Calls a method whose caller streams `Request`s: `first` with its terms, then the bytes of the
// file at `path` in `data`. `open` opens the stream (context, response) -> writer. NOT_FOUND,
// FILE_NOT_FOUND; the server's errors.
template <typename Request, typename Response, typename Open>
absl::StatusOr<Response> SendFile(const std::string& path, const Request& first, const Open& open) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) {
    return Error(absl::StatusCode::kNotFound, "FILE_NOT_FOUND",
                 absl::StrCat(path, " cannot be read"), {{"file", path}});
  }
  const auto total = static_cast<int64_t>(file.tellg());
  file.seekg(0);
  const auto context = rpc::NewClientContext(absl::InfiniteDuration());
  Response response;
  const auto stream = open(context.get(), &response);
  bool going = stream->Write(first);
  {
    ProgressBar bar("Sending ");
    std::string piece(kPieceBytes, '\0');
    int64_t sent = 0;
    while (going && (file.read(piece.data(), kPieceBytes), file.gcount() > 0)) {
      Request request;
      request.set_data(piece.data(), static_cast<size_t>(file.gcount()));
      going = stream->Write(request);
      bar.Update(sent += file.gcount(), total);
    }
  }
  stream->WritesDone();
  RETURN_IF_ERROR(rpc::FromGrpcStatus(stream->Finish()));
  return response;
}

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_SEND_FILE_H_
