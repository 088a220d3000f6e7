// Puts the catalogue together.

#ifndef VG_SERVICES_CATALOGUE_WIRING_H_
#define VG_SERVICES_CATALOGUE_WIRING_H_

#include <memory>

#include "absl/status/statusor.h"

#include "common/app/module.h"
#include "common/app/platform.h"

namespace vg::catalogue {

// The module "catalogue", with its database open and migrated. UNAVAILABLE without the database.
absl::StatusOr<std::unique_ptr<Module>> MakeCatalogue(Platform& platform);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_WIRING_H_
