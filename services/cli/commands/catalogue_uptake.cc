#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/status_macros.h"
#include "services/cli/commands/catalogue.h"
#include "services/cli/render/values.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::catalogue::v1;
using Stub = v1::CatalogueService::Stub;

struct UptakeArguments {
  std::string school_year, edition, snapshot;
  std::vector<std::string> by, interventions;
  int top = 0;
};

const std::vector<Column>& CountColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Chosen", Align::kRight},  {"Share", Align::kRight},    {"Planned", Align::kRight},
      {"Running", Align::kRight}, {"Finished", Align::kRight}, {"Stopped", Align::kRight},
      {"Pupils", Align::kRight},  {"Amount", Align::kRight},   {"Evidence"}};
  return columns;
}

// `cells` and what is counted of the intervention.
std::vector<std::string> Row(std::vector<std::string> cells, const v1::Uptake& uptake,
                             const std::string& evidence) {
  const std::vector<std::string> counts = {
      Number(uptake.programme_count()),
      uptake.has_share() ? Percent(uptake.share().value()) : "–",
      Number(uptake.planned_count()),
      Number(uptake.running_count()),
      Number(uptake.finished_count()),
      Number(uptake.stopped_count()),
      uptake.pupils_said_count() > 0 ? Number(uptake.pupils_reached()) : "–",
      uptake.amount_said_count() > 0 ? Amount(uptake.planned_amount()) : "–",
      evidence};
  cells.insert(cells.end(), counts.begin(), counts.end());
  return cells;
}

std::vector<Column> With(std::vector<Column> columns) {
  columns.insert(columns.end(), CountColumns().begin(), CountColumns().end());
  return columns;
}

std::string TitleOf(const v1::Intervention& intervention) {
  const std::string title = Text(intervention.title());
  return title.empty() ? intervention.id() : title;
}

void PrintWhole(const Session& session, const v1::GetUptakeResponse& page, int most) {
  Table table(With({{"Intervention"}}));
  for (int i = 0; i < most; ++i) {
    const v1::Uptake& uptake = page.uptake(i);
    table.Add(Row({TitleOf(uptake.intervention())}, uptake, EvidenceText(uptake.intervention())));
  }
  session.Print(table);
}

// The rows of the groups of one page; interventions by their place in the whole.
void AddGroups(const v1::GetUptakeResponse& page, int most, Table& table) {
  std::map<std::string, int> places;
  for (int i = 0; i < most; ++i) places.emplace(page.uptake(i).intervention().id(), i);
  for (const v1::UptakeGroup& group : page.groups()) {
    std::vector<std::string> cells;
    for (const std::string& value : group.group()) cells.push_back(value.empty() ? "–" : value);
    cells.push_back(Number(group.school_count()));
    cells.push_back(Number(group.programme_count()));
    for (const v1::Uptake& uptake : group.uptake()) {
      const auto place = places.find(uptake.intervention().id());
      if (place == places.end()) continue;
      const v1::Intervention& intervention = page.uptake(place->second).intervention();
      std::vector<std::string> row = cells;
      row.push_back(TitleOf(intervention));
      table.Add(Row(std::move(row), uptake, EvidenceText(intervention)));
    }
  }
}

absl::Status Uptake(Session& session, const UptakeArguments& arguments) {
  v1::GetUptakeRequest request;
  request.set_school_year(arguments.school_year);
  request.set_menu_edition(Named("menuEditions/", arguments.edition));
  if (!arguments.snapshot.empty()) {
    request.set_snapshot(Named("snapshots/", arguments.snapshot));
  }
  for (const std::string& attribute : arguments.by) request.add_breakdowns(attribute);
  request.set_page_size(500);
  for (const std::string& intervention : arguments.interventions) {
    request.add_interventions(Named("interventions/", intervention));
  }
  std::vector<Column> columns;
  for (const std::string& attribute : arguments.by) columns.push_back({attribute});
  for (Column& column : columns) column.title[0] = static_cast<char>(std::toupper(column.title[0]));
  columns.push_back({"Schools", Align::kRight});
  columns.push_back({"Filed", Align::kRight});
  columns.push_back({"Intervention"});
  Table groups(With(columns));
  v1::GetUptakeResponse last;
  const auto catalogue = session.ClientOf<v1::CatalogueService>();
  RETURN_IF_ERROR(ForEachPage<v1::GetUptakeResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return catalogue.Call(&Stub::GetUptake, request);
      },
      [&](const v1::GetUptakeResponse& page) {
        const int most =
            arguments.top == 0 ? page.uptake_size() : std::min(arguments.top, page.uptake_size());
        if (session.json) {
          session.PrintJson(page);
        } else if (arguments.by.empty()) {
          PrintWhole(session, page, most);
        } else {
          AddGroups(page, most, groups);
        }
        last = page;
        return true;
      }));
  if (session.json) return absl::OkStatus();
  if (!arguments.by.empty()) session.Print(groups);
  session.Print(absl::StrCat(
      "of ", Number(last.programme_count()), " programmes",
      arguments.by.empty() ? ""
                           : absl::StrCat(" of ", Number(last.school_count()), " schools, in ",
                                          Number(last.group_count()), " groups by ",
                                          absl::StrJoin(arguments.by, " and ")),
      "\n"));
  return absl::OkStatus();
}

}  // namespace

void AddUptakeCommand(CLI::App& catalogue, Session& session) {
  auto arguments = std::make_shared<UptakeArguments>();
  CLI::App* uptake =
      catalogue.add_subcommand("uptake", "How often interventions were chosen, beside evidence");
  uptake->add_option("school-year", arguments->school_year, "Such as 2021-2022")->required();
  uptake->add_option("edition", arguments->edition, "The menu edition that names them")->required();
  uptake
      ->add_option("--by", arguments->by,
                   "Broken down by one or two attributes of the register, such as province,size:\n"
                   "sector, province, municipality, board, denomination, size, score (quintile),\n"
                   "structure, a key of the snapshot such as corop_region, or one of its\n"
                   "municipalities such as municipality.urbanity")
      ->delimiter(',')
      ->allow_extra_args(false);
  uptake->add_option("--snapshot", arguments->snapshot,
                     "The snapshot that has the attributes; needed with --by");
  uptake->add_option("--intervention", arguments->interventions, "Only these")
      ->delimiter(',')
      ->allow_extra_args(false);
  uptake->add_option("--top", arguments->top, "Only so many, the most chosen of all schools");
  session.OnRun(uptake, [&session, arguments] { return Uptake(session, *arguments); });
}

}  // namespace vg::cli
