#include "services/cli/commands/query_arguments.h"

#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"

namespace vg::cli {

namespace v1 = voortgang::indicators::v1;

absl::StatusOr<v1::QueryEstimatesRequest> QueryArguments::ToProto() const {
  v1::QueryEstimatesRequest request;
  request.set_indicator(Named("indicators/", indicator));
  if (!wave.empty()) request.set_wave(Named("waves/", wave));
  if (!snapshot.empty()) request.set_snapshot(Named("snapshots/", snapshot));
  for (const std::string& attribute : breakdowns) request.add_breakdowns(attribute);
  request.set_unprotected(unprotected);
  if (estimation.wanted()) RETURN_IF_ERROR(estimation.ToProto(*request.mutable_estimation()));
  return request;
}

void AddFigureOptions(CLI::App& command, QueryArguments& arguments) {
  command.add_option("--wave", arguments.wave, "The wave, for indicators on responses");
  command.add_option("--snapshot", arguments.snapshot,
                     "The snapshot, for indicators on programmes");
  command
      .add_option("--by", arguments.breakdowns,
                  "At most three of sector, province, municipality, board, denomination, size,\n"
                  "score, further attributes of the snapshot, stratum and attributes of the\n"
                  "wave's sample")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_flag(
      "--unprotected", arguments.unprotected,
      "The figures as they are, nothing hidden; takes the role analyst, and is logged");
  AddEstimationOptions(command, arguments.estimation);
}

void AddQueryOptions(CLI::App& command, QueryArguments& arguments) {
  command.add_option("indicator", arguments.indicator, "The indicator's id")->required();
  AddFigureOptions(command, arguments);
}

}  // namespace vg::cli
