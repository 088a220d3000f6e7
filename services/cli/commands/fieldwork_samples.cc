#include <string>

#include "common/status/status_macros.h"
#include "common/text/csv.h"
#include "services/cli/commands/fieldwork_arguments.h"
#include "voortgang/survey/v1/fieldwork_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;

// Prints what `survey open --sample` reads.
absl::Status Draw(Session& session, const FieldworkArguments& arguments) {
  v1::DrawSampleRequest request;
  request.set_snapshot(Named("snapshots/", arguments.name));
  ASSIGN_OR_RETURN(const v1::Role role, FieldworkEnum<v1::Role>(arguments.role, "--role"));
  request.set_role(role);
  RETURN_IF_ERROR(ReadWhere(arguments.where, *request.mutable_where()));
  for (const std::string& name : arguments.by) request.add_stratify_by(name);
  request.set_size(arguments.count);
  request.set_seed(arguments.id);
  ASSIGN_OR_RETURN(const v1::Sample sample,
                   session.ClientOf<v1::FieldworkService>().Call(
                       &v1::FieldworkService::Stub::DrawSample, request, absl::Minutes(2)));
  if (session.json) {
    session.PrintJson(sample);
    return absl::OkStatus();
  }
  std::string csv;
  CsvWriter writer(&csv);
  for (const char* const title : {"unit", "stratum", "population", "weight"}) writer.Cell(title);
  writer.EndRow();
  for (const v1::SampleUnit& unit : sample.units()) {
    writer.Cell(unit.unit()).Cell(unit.stratum());
    writer.Cell(unit.stages(0).population_size()).Cell(unit.weight().value());
    writer.EndRow();
  }
  session.Print(csv);
  return absl::OkStatus();
}

}  // namespace

void AddSampleCommands(CLI::App& fieldwork, Session& session) {
  const auto [command, arguments] = AddFieldworkCommand(
      fieldwork, session, "draw",
      "Draw a stratified sample from a snapshot, as CSV for survey open --sample", &Draw);
  command->add_option("snapshot", arguments->name, "The snapshot's id")->required();
  AddRoleOption(*command, *arguments)->required();
  command->add_option("--size", arguments->count, "How many units")->required();
  command->add_option("--by", arguments->by, "Attributes that make the strata, at most 3")
      ->expected(0, 3);
  command->add_option("--seed", arguments->id, "Any text; the same one draws the same sample")
      ->required();
  AddWhereOption(*command, *arguments);
}

}  // namespace vg::cli
