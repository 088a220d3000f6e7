// How the command line says which figures.

#ifndef VG_SERVICES_CLI_COMMANDS_QUERY_ARGUMENTS_H_
#define VG_SERVICES_CLI_COMMANDS_QUERY_ARGUMENTS_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"

#include "services/cli/commands/estimation_arguments.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::cli {

struct QueryArguments {
  std::string indicator, wave, snapshot;
  std::vector<std::string> breakdowns;
  bool unprotected = false;
  EstimationArguments estimation;

  absl::StatusOr<voortgang::indicators::v1::QueryEstimatesRequest> ToProto() const;
};

// Adds the options to a command, all but the indicator; `arguments` outlives its parsing.
void AddFigureOptions(CLI::App& command, QueryArguments& arguments);
// And the indicator.
void AddQueryOptions(CLI::App& command, QueryArguments& arguments);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_COMMANDS_QUERY_ARGUMENTS_H_
