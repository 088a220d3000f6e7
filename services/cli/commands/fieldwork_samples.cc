#include <string>

#include "absl/strings/str_cat.h"

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
  request.set_cluster_by(arguments.cluster_by);
  request.set_units_per_cluster(arguments.per_cluster);
  ASSIGN_OR_RETURN(const v1::Sample sample,
                   session.ClientOf<v1::FieldworkService>().Call(
                       &v1::FieldworkService::Stub::DrawSample, request, absl::Minutes(2)));
  if (session.json) {
    session.PrintJson(sample);
    return absl::OkStatus();
  }
  std::string csv;
  CsvWriter writer(&csv);
  const int stages = sample.units_size() == 0 ? 1 : sample.units(0).stages_size();
  writer.Cell("unit").Cell("stratum");
  for (int stage = 1; stage < stages; ++stage) writer.Cell(absl::StrCat("cluster_", stage));
  for (int stage = 1; stage <= stages; ++stage) writer.Cell(absl::StrCat("population_", stage));
  writer.Cell("weight");
  writer.EndRow();
  for (const v1::SampleUnit& unit : sample.units()) {
    writer.Cell(unit.unit()).Cell(unit.stratum());
    for (int stage = 0; stage + 1 < stages; ++stage) writer.Cell(unit.stages(stage).cluster());
    for (const v1::SampleStage& stage : unit.stages()) writer.Cell(stage.population_size());
    writer.Cell(unit.weight().value());
    writer.EndRow();
  }
  session.Print(csv);
  return absl::OkStatus();
}

}  // namespace

void AddSampleCommands(CLI::App& fieldwork, Session& session) {
  const auto [command, arguments] =
      AddFieldworkCommand(fieldwork, session, "draw",
                          "Draw a stratified sample from a snapshot, of units or of clusters and "
                          "then units, as CSV for "
                          "survey open --sample",
                          &Draw);
  command->add_option("snapshot", arguments->name, "The snapshot's id")->required();
  AddRoleOption(*command, *arguments)->required();
  command->add_option("--size", arguments->count, "How many units, or clusters with --cluster-by")
      ->required();
  command->add_option("--by", arguments->by, "Attributes that make the strata, at most 3")
      ->expected(0, 3);
  command->add_option("--seed", arguments->id, "Any text; the same one draws the same sample")
      ->required();
  CLI::Option* const clusters =
      command->add_option("--cluster-by", arguments->cluster_by,
                          "Draw clusters first: units with the same value of this attribute, such "
                          "as board or municipality");
  command
      ->add_option("--per-cluster", arguments->per_cluster,
                   "How many units of every cluster that was drawn; 0: all")
      ->needs(clusters)
      ->check(CLI::NonNegativeNumber);
  AddWhereOption(*command, *arguments);
}

}  // namespace vg::cli
