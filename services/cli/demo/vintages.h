// Which files make up a snapshot, in a folder of public data.

#ifndef VG_SERVICES_CLI_DEMO_VINTAGES_H_
#define VG_SERVICES_CLI_DEMO_VINTAGES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace vg::cli {

// The files of one snapshot.
struct Vintage {
  std::string count_date;  // "2021-10-01"; the snapshot's id too.
  std::vector<std::string> files;
};

// The vintages in `folder`, oldest first, at least one.
//
// Either `folder` has a folder per count date ("2021-10-01/*.csv", as `voortgang generate` writes),
// or it holds files named as DUO's and CBS's, in any subfolder: then each register of primary
// branches
// ("vestigingen-bo-2021-10.csv") makes a vintage, together with the newest file of every other kind
// that is not newer, or the oldest there is. NOT_FOUND (NO_DATA) if there is nothing of the kind.
absl::StatusOr<std::vector<Vintage>> FindVintages(const std::string& folder);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_DEMO_VINTAGES_H_
