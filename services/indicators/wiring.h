// Makes the indicators service from its parts.

#ifndef VG_SERVICES_INDICATORS_WIRING_H_
#define VG_SERVICES_INDICATORS_WIRING_H_

#include <memory>

#include "absl/status/statusor.h"

#include "common/app/module.h"
#include "common/app/platform.h"

namespace vg::indicators {

absl::StatusOr<std::unique_ptr<Module>> MakeIndicators(Platform& platform);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_WIRING_H_
