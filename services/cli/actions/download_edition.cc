#include "services/cli/actions/download_edition.h"

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::cli {

namespace v1 = voortgang::report::v1;

absl::StatusOr<std::string> DownloadAsset(Session& session, const std::string& edition,
                                          const v1::Asset& asset) {
  const auto report = session.ClientOf<v1::ReportService>();
  v1::DownloadAssetRequest request;
  request.set_edition(edition);
  request.set_path(asset.path());
  const auto context = rpc::NewClientContext(absl::Minutes(1));
  const auto reader = report.stub().DownloadAsset(context.get(), request);
  std::string bytes;
  v1::DownloadAssetResponse piece;
  while (reader->Read(&piece)) bytes += piece.data();
  RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));
  if (Sha256Hex(bytes) != asset.sha256()) {
    return Error(absl::StatusCode::kDataLoss, "DIGEST_DIFFERS",
                 absl::StrCat(asset.path(), " arrived with another digest than the edition names"));
  }
  return bytes;
}

absl::Status DownloadEdition(Session& session, const v1::Edition& edition,
                             const std::string& folder) {
  for (const v1::Asset& asset : edition.assets()) {
    ASSIGN_OR_RETURN(const std::string bytes, DownloadAsset(session, edition.name(), asset));
    RETURN_IF_ERROR(WriteFile(absl::StrCat(folder, "/", asset.path()), bytes));
  }
  return absl::OkStatus();
}

}  // namespace vg::cli
