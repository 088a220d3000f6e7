// Puts the registry together.

#ifndef VG_SERVICES_REGISTRY_WIRING_H_
#define VG_SERVICES_REGISTRY_WIRING_H_

#include <memory>

#include "absl/status/statusor.h"

#include "common/app/module.h"
#include "common/app/platform.h"

namespace vg::registry {

// The module "registry", with its database open and migrated. UNAVAILABLE without the database.
absl::StatusOr<std::unique_ptr<Module>> MakeRegistry(Platform& platform);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_WIRING_H_
