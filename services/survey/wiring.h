// Puts the survey together.

#ifndef VG_SERVICES_SURVEY_WIRING_H_
#define VG_SERVICES_SURVEY_WIRING_H_

#include <memory>

#include "absl/status/statusor.h"

#include "common/app/module.h"
#include "common/app/platform.h"
#include "services/survey/peers/registry.h"

namespace vg::survey {

// The module that main() and the standalone server run; it asks the registry service.
absl::StatusOr<std::unique_ptr<Module>> MakeSurvey(Platform& platform);

// The same with another registry: for tests.
absl::StatusOr<std::unique_ptr<Module>> MakeSurveyWith(std::unique_ptr<Registry> registry,
                                                       Platform& platform);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_WIRING_H_
