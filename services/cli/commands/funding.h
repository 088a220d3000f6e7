// The parts of `voortgang funding`, and `voortgang ledger` beside it.

#ifndef VG_SERVICES_CLI_COMMANDS_FUNDING_H_
#define VG_SERVICES_CLI_COMMANDS_FUNDING_H_

#include "CLI/CLI.hpp"

#include "services/cli/session.h"

namespace vg::cli {

// Below `funding`: checks, approvals, releases, reversals and their history.
void AddFundingApprovalCommands(CLI::App& funding, Session& session);

// Beside `funding`: where the money is.
void AddLedgerCommands(CLI::App& app, Session& session);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_COMMANDS_FUNDING_H_
