// What became of a stream of items, for people or programs.

#ifndef VG_SERVICES_CLI_RENDER_REFUSALS_H_
#define VG_SERVICES_CLI_RENDER_REFUSALS_H_

#include <string>

#include "services/cli/actions/intake.h"
#include "services/cli/session.h"

namespace vg::cli {

// The first refused items as a table (all as JSON), then the counts. `noun` in the plural:
// "responses".
void PrintOutcome(const Session& session, const IntakeOutcome& outcome, const std::string& noun);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_REFUSALS_H_
