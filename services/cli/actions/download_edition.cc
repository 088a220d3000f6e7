#include "services/cli/actions/download_edition.h"

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::cli {

namespace v1 = voortgang::report::v1;

absl::Status DownloadEdition(Session& session, const v1::Edition& edition,
                             const std::string& folder) {
  const auto report = session.ClientOf<v1::ReportService>();
  for (const v1::Asset& asset : edition.assets()) {
    v1::DownloadAssetRequest request;
    request.set_edition(edition.name());
    request.set_path(asset.path());
    const auto context = rpc::NewClientContext(absl::Minutes(1));
    const auto reader = report.stub().DownloadAsset(context.get(), request);
    std::string bytes;
    v1::DownloadAssetResponse piece;
    while (reader->Read(&piece)) bytes += piece.data();
    RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));
    if (Sha256Hex(bytes) != asset.sha256()) {
      return Error(
          absl::StatusCode::kDataLoss, "DIGEST_DIFFERS",
          absl::StrCat(asset.path(), " arrived with another digest than the edition names"));
    }
    RETURN_IF_ERROR(WriteFile(absl::StrCat(folder, "/", asset.path()), bytes));
  }
  return absl::OkStatus();
}

}  // namespace vg::cli
