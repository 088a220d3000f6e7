// Sends register files to the registry and listens to what it says of them.

#ifndef VG_SERVICES_CLI_ACTIONS_IMPORT_SNAPSHOT_H_
#define VG_SERVICES_CLI_ACTIONS_IMPORT_SNAPSHOT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/cli/session.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::cli {

struct ImportFile {
  std::string file_name;  // Without folder.
  std::string bytes;
};

// Every file of `paths`, a folder's *.csv files for a folder. NOT_FOUND for a path that cannot be
// read.
absl::StatusOr<std::vector<ImportFile>> ReadImportFiles(const std::vector<std::string>& paths);

struct ImportOutcome {
  voortgang::registry::v1::ImportResult result;
  std::vector<voortgang::registry::v1::RefusedRow> refused;
};

// Runs one import, with a progress bar on a terminal. OK even if rows stopped the import: see
// result.stored.
absl::StatusOr<ImportOutcome> ImportSnapshot(Session& session,
                                             const voortgang::registry::v1::ImportPlan& plan,
                                             const std::vector<ImportFile>& files);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_IMPORT_SNAPSHOT_H_
