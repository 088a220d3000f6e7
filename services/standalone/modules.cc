#include "services/standalone/modules.h"

#include "common/status/status_macros.h"
#include "services/catalogue/wiring.h"
#include "services/funding/wiring.h"
#include "services/indicators/wiring.h"
#include "services/registry/wiring.h"
#include "services/report/wiring.h"
#include "services/survey/wiring.h"

namespace vg::standalone {

absl::StatusOr<Modules> MakeModules(Platform& platform) {
  Modules modules;
  ASSIGN_OR_RETURN(modules.emplace_back(), registry::MakeRegistry(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), survey::MakeSurvey(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), catalogue::MakeCatalogue(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), funding::MakeFunding(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), indicators::MakeIndicators(platform));
  ASSIGN_OR_RETURN(modules.emplace_back(), report::MakeReport(platform));
  return modules;
}

}  // namespace vg::standalone
