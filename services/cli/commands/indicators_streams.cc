#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/status.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/commands/query_arguments.h"
#include "services/cli/render/estimate_text.h"
#include "services/cli/render/figures.h"
#include "services/cli/render/values.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::indicators::v1;
using Stub = v1::IndicatorsService::Stub;

struct WatchArguments {
  QueryArguments query;
  int interval_millis = 0;
  int tables = 0;
};

absl::Status Watch(Session& session, const WatchArguments& arguments) {
  const auto indicators = session.ClientOf<v1::IndicatorsService>();
  v1::WatchEstimatesRequest request;
  ASSIGN_OR_RETURN(*request.mutable_query(), arguments.query.ToProto());
  request.set_interval_millis(arguments.interval_millis);
  v1::GetIndicatorRequest get;
  get.set_name(request.query().indicator());
  ASSIGN_OR_RETURN(const v1::Indicator indicator, indicators.Call(&Stub::GetIndicator, get));
  const auto context = rpc::NewClientContext(absl::InfiniteDuration());
  const auto reader = indicators.stub().WatchEstimates(context.get(), request);
  v1::EstimateTable table;
  for (int seen = 0; reader->Read(&table);) {
    if (session.json) {
      session.PrintJson(table);
    } else {
      session.Print(absl::StrCat(seen > 0 ? "\n" : "", Text(indicator.definition().title()), ", ",
                                 Number(table.provenance().folded_change_count()),
                                 " changes folded\n\n"));
      session.Print(FiguresOf(indicator.definition(), table));
    }
    session.Flush();
    if (++seen == arguments.tables) {
      context->TryCancel();
      (void)reader->Finish();
      return absl::OkStatus();
    }
  }
  return rpc::FromGrpcStatus(reader->Finish());
}

struct ExportArguments {
  std::vector<std::string> indicators;
  QueryArguments query;
  std::string format = "csv";
  std::string out = "-";
};

absl::Status CannotWrite(const std::string& path) {
  return Error(absl::StatusCode::kPermissionDenied, "CANNOT_WRITE",
               absl::StrCat(path, " cannot be written"), {{"file", path}});
}

absl::Status Export(Session& session, const ExportArguments& arguments) {
  v1::ExportEstimatesRequest request;
  QueryArguments query = arguments.query;
  for (const std::string& indicator : arguments.indicators) {
    query.indicator = indicator;
    ASSIGN_OR_RETURN(*request.add_queries(), query.ToProto());
  }
  request.set_format(
      static_cast<v1::ExportFormat>(EnumValue(v1::ExportFormat_descriptor(), arguments.format)));
  // Under another name until it is whole, so that half a file is never taken for one.
  const bool to_file = arguments.out != "-";
  const std::string part = arguments.out + ".part";
  std::ofstream file;
  if (to_file) {
    file.open(part, std::ios::binary | std::ios::trunc);
    if (!file) return CannotWrite(part);
  }
  const auto context = rpc::NewClientContext(absl::InfiniteDuration());
  const auto reader =
      session.ClientOf<v1::IndicatorsService>().stub().ExportEstimates(context.get(), request);
  v1::ExportEstimatesResponse piece;
  while (reader->Read(&piece)) {
    if (to_file) {
      file << piece.data();
    } else {
      session.Print(piece.data());
    }
  }
  RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));
  if (!to_file) return absl::OkStatus();
  file.close();
  std::error_code failed;
  if (file) std::filesystem::rename(part, arguments.out, failed);
  if (!file || failed) return CannotWrite(arguments.out);
  session.Print(absl::StrCat("Wrote ", arguments.out, "\n"));
  return absl::OkStatus();
}

}  // namespace

void AddIndicatorsStreamCommands(CLI::App& indicators, Session& session) {
  auto watch_arguments = std::make_shared<WatchArguments>();
  CLI::App* watch = indicators.add_subcommand(
      "watch", "Show an indicator's figures, and again whenever they have changed, until Ctrl-C");
  AddQueryOptions(*watch, watch_arguments->query);
  watch->add_option("--every", watch_arguments->interval_millis,
                    "The least milliseconds between two tables; by default 200");
  watch->add_option("--tables", watch_arguments->tables, "End after so many tables");
  session.OnRun(watch, [&session, watch_arguments] { return Watch(session, *watch_arguments); });

  auto export_arguments = std::make_shared<ExportArguments>();
  CLI::App* command = indicators.add_subcommand(
      "export",
      "Write the figures of indicators as a file for other systems: flat rows as DHIS2 has them,\n"
      "or SDMX-CSV. Hidden figures are in it without numbers");
  command->add_option("indicators", export_arguments->indicators, "The indicators' ids")
      ->required();
  AddFigureOptions(*command, export_arguments->query);
  command->add_option("--format", export_arguments->format, "csv, ndjson or sdmx-csv")
      ->check(CLI::IsMember({"csv", "ndjson", "sdmx-csv"}))
      ->capture_default_str();
  command->add_option("--out", export_arguments->out, "The file; - for standard output")
      ->capture_default_str();
  session.OnRun(command,
                [&session, export_arguments] { return Export(session, *export_arguments); });
}

}  // namespace vg::cli
