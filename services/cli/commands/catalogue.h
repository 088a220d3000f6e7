// The parts of `voortgang catalogue`.

#ifndef VG_SERVICES_CLI_COMMANDS_CATALOGUE_H_
#define VG_SERVICES_CLI_COMMANDS_CATALOGUE_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"

#include "services/cli/session.h"
#include "voortgang/catalogue/v1/menu.pb.h"
#include "voortgang/type/v1/education.pb.h"

namespace vg::cli {

// Each adds its subcommands to `catalogue`.
void AddMenuQueryCommands(CLI::App& catalogue, Session& session);
void AddProgrammeCommands(CLI::App& catalogue, Session& session);
void AddFilingCommands(CLI::App& catalogue, Session& session);
void AddUptakeCommand(CLI::App& catalogue, Session& session);

// "primary" as SECTOR_PRIMARY; unspecified for nothing. UNKNOWN_SECTOR on --sector.
absl::StatusOr<voortgang::type::v1::Sector> SectorOf(const std::string& text);

// "EEF +8 months, evidence 3/5; EEF (primary) +9 months"; "not rated".
std::string EvidenceText(const voortgang::catalogue::v1::Intervention& intervention);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_COMMANDS_CATALOGUE_H_
