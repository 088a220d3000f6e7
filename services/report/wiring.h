// Puts the report together.

#ifndef VG_SERVICES_REPORT_WIRING_H_
#define VG_SERVICES_REPORT_WIRING_H_

#include <memory>

#include "absl/status/statusor.h"

#include "common/app/module.h"
#include "common/app/platform.h"

namespace vg::report {

// The module "report", with its database open and migrated. UNAVAILABLE without the database.
absl::StatusOr<std::unique_ptr<Module>> MakeReport(Platform& platform);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_WIRING_H_
