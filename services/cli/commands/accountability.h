// Below `accountability`: what each part of it adds.

#ifndef VG_SERVICES_CLI_COMMANDS_ACCOUNTABILITY_H_
#define VG_SERVICES_CLI_COMMANDS_ACCOUNTABILITY_H_

#include <string>

#include "services/cli/commands/commands.h"
#include "voortgang/funding/v1/accountability.pb.h"

namespace vg::cli {

// Where money stands, and statements of it.
void AddStandingCommands(CLI::App& accountability, Session& session);
// What moves to the next school year.
void AddCarryOverCommands(CLI::App& accountability, Session& session);
// Claims on what is unspent.
void AddRecoveryCommands(CLI::App& accountability, Session& session);

// "16SW03" -> "schools/16SW03", "GM0363" -> "municipalities/GM0363", "40740" -> "boards/40740"; a
// name that has its collection is left as it is.
std::string HolderOrRecipient(const std::string& code);

// "25.0" of "25" or "100/3", to one decimal; empty if nothing was spent.
std::string PercentageText(const std::string& exact);

// A statement as CSV: a row per line of each part, for spreadsheets.
std::string StatementCsv(const voortgang::funding::v1::AccountabilityStatement& statement);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_COMMANDS_ACCOUNTABILITY_H_
