// The whole suite in one process.

#ifndef VG_SERVICES_STANDALONE_MODULES_H_
#define VG_SERVICES_STANDALONE_MODULES_H_

#include "absl/status/statusor.h"

#include "common/app/module.h"
#include "common/app/platform.h"

namespace vg::standalone {

// All six services; they call one another through in-process channels. Tests start the suite with it too.
absl::StatusOr<Modules> MakeModules(Platform& platform);

}  // namespace vg::standalone

#endif  // VG_SERVICES_STANDALONE_MODULES_H_
