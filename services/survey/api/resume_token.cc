#include "services/survey/api/resume_token.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/canonical.h"
#include "common/grpc/page_token.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

// Of what was asked, and of what the token says.
std::string Seal(const v1::ExportResponsesRequest& request, const std::string& state) {
  v1::ExportResponsesRequest asked = request;
  asked.clear_resume_token();
  return rpc::BigEndian(rpc::Checksum(rpc::DeterministicBytes(asked) + state));
}

absl::Status Mismatch() {
  return InvalidField("resume_token", "RESUME_TOKEN_MISMATCH",
                      "must come from an earlier piece of the same export, all else equal");
}

}  // namespace

std::string ResumeToken(const v1::ExportResponsesRequest& request, const ExportProgress& progress) {
  const std::string state =
      rpc::PackPosition({absl::StrCat(absl::ToUnixMicros(progress.cut_off)), progress.position.unit,
                         progress.position.response, absl::StrCat(progress.rows)});
  return absl::WebSafeBase64Escape(Seal(request, state) + state);
}

absl::StatusOr<ExportProgress> ReadResumeToken(const v1::ExportResponsesRequest& request) {
  std::string token;
  constexpr size_t kSeal = 8;
  if (!absl::WebSafeBase64Unescape(request.resume_token(), &token) || token.size() < kSeal) {
    return Mismatch();
  }
  const std::string state = token.substr(kSeal);
  if (token.substr(0, kSeal) != Seal(request, state)) return Mismatch();
  ASSIGN_OR_RETURN(const std::vector<std::string> parts, rpc::UnpackPosition(state, 4));
  ExportProgress progress;
  int64_t cut_off = 0;
  if (!absl::SimpleAtoi(parts[0], &cut_off) || !absl::SimpleAtoi(parts[3], &progress.rows)) {
    return Mismatch();
  }
  progress.cut_off = absl::FromUnixMicros(cut_off);
  progress.position = {parts[1], parts[2]};
  return progress;
}

}  // namespace vg::survey
