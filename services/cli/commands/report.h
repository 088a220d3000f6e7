// Commands on editions that fill a file of their own.

#ifndef VG_SERVICES_CLI_COMMANDS_REPORT_H_
#define VG_SERVICES_CLI_COMMANDS_REPORT_H_

#include "CLI/CLI.hpp"

#include "services/cli/session.h"

namespace vg::cli {

void AddReportPdf(CLI::App& report, Session& session);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_COMMANDS_REPORT_H_
