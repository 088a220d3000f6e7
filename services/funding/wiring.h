// Makes the funding module from what the process offers.

#ifndef VG_SERVICES_FUNDING_WIRING_H_
#define VG_SERVICES_FUNDING_WIRING_H_

#include <memory>

#include "absl/status/statusor.h"

#include "common/app/module.h"
#include "common/app/platform.h"

namespace vg::funding {

absl::StatusOr<std::unique_ptr<Module>> MakeFunding(Platform& platform);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_WIRING_H_
