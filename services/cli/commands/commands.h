// The commands of `voortgang`, one function per service.

#ifndef VG_SERVICES_CLI_COMMANDS_COMMANDS_H_
#define VG_SERVICES_CLI_COMMANDS_COMMANDS_H_

#include <string>

#include "CLI/CLI.hpp"

#include "services/cli/session.h"

namespace vg::cli {

// Each adds its subcommands to `app`; `session` outlives `app`'s parsing.
void AddAccessCommands(CLI::App& app, Session& session);
void AddRegistryCommands(CLI::App& app, Session& session);
void AddSurveyCommands(CLI::App& app, Session& session);
void AddCatalogueCommands(CLI::App& app, Session& session);
void AddFundingCommands(CLI::App& app, Session& session);
void AddAccountabilityCommands(CLI::App& app, Session& session);
void AddPaymentsCommands(CLI::App& app, Session& session);
void AddIndicatorsCommands(CLI::App& app, Session& session);
void AddReportCommands(CLI::App& app, Session& session);
void AddGenerateCommand(CLI::App& app, Session& session);
void AddDemoCommand(CLI::App& app, Session& session);

// Below `funding`: simulations, explanations and their check, comparisons, what-if.
void AddFundingAnalysisCommands(CLI::App& funding, Session& session);

// Below `indicators`: figures and what changed.
void AddIndicatorsFiguresCommands(CLI::App& indicators, Session& session);
void AddIndicatorsStreamCommands(CLI::App& indicators, Session& session);
// Below `indicators`: policies of disclosure control, and audits.
void AddIndicatorsDisclosureCommands(CLI::App& indicators, Session& session);

// Below `survey`: drafts, publishing, comparing versions.
void AddSurveyQuestionnaireCommands(CLI::App& survey, Session& session);
// Below `survey`: waves and how they go.
void AddSurveyWaveCommands(CLI::App& survey, Session& session);
// Below `survey`: invitations, findings, reminders, rates.
void AddSurveyFieldworkCommands(CLI::App& survey, Session& session);
// Below `survey`: forms and codebooks.
void AddSurveyFormCommands(CLI::App& survey, Session& session);
// Below `survey`: corrections, what responses were, and what was not taken in.
void AddSurveyResponseCommands(CLI::App& survey, Session& session);
// Below `survey`: data files.
void AddSurveyExportCommands(CLI::App& survey, Session& session);
// Below `survey`: measured results.
void AddSurveyRecordCommands(CLI::App& survey, Session& session);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_COMMANDS_COMMANDS_H_
