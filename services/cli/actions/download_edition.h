// Fetches the files of a report edition.

#ifndef VG_SERVICES_CLI_ACTIONS_DOWNLOAD_EDITION_H_
#define VG_SERVICES_CLI_ACTIONS_DOWNLOAD_EDITION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/cli/session.h"
#include "voortgang/report/v1/report_service.grpc.pb.h"

namespace vg::cli {

// The bytes of an asset. DATA_LOSS (DIGEST_DIFFERS) if they do not have the digest that the edition
// names.
absl::StatusOr<std::string> DownloadAsset(Session& session, const std::string& edition,
                                          const voortgang::report::v1::Asset& asset);

// Writes every asset of `edition` below `folder`. Fails as DownloadAsset.
absl::Status DownloadEdition(Session& session, const voortgang::report::v1::Edition& edition,
                             const std::string& folder);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_DOWNLOAD_EDITION_H_
