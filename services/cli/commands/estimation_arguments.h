// How the command line says how figures are estimated, and how it shows what came of it.

#ifndef VG_SERVICES_CLI_COMMANDS_ESTIMATION_ARGUMENTS_H_
#define VG_SERVICES_CLI_COMMANDS_ESTIMATION_ARGUMENTS_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"

#include "voortgang/indicators/v1/estimation.pb.h"

namespace vg::cli {

struct EstimationArguments {
  std::string design = "auto";
  std::vector<std::string> strata, margins, tests, reference;
  std::string calibration_method, variance, lonely, critical, interval, persons;
  std::vector<double> bounds;
  double level = 95;
  double trim = 0;

  bool wanted() const { return design != "none"; }
  // INVALID_ARGUMENT for two bounds that are not two.
  absl::Status ToProto(voortgang::indicators::v1::EstimationOptions& options) const;
};

// Adds the options to a command; `arguments` outlives its parsing.
void AddEstimationOptions(CLI::App& command, EstimationArguments& arguments);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_COMMANDS_ESTIMATION_ARGUMENTS_H_
