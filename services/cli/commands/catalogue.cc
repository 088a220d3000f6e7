#include "services/cli/commands/catalogue.h"

#include <memory>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/values.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::catalogue::v1;
using Stub = v1::CatalogueService::Stub;

struct PublishArguments {
  std::string file, id;
  bool dry_run = false;
};

absl::Status Publish(Session& session, const PublishArguments& arguments) {
  v1::PublishMenuEditionRequest request;
  request.set_menu_edition_id(arguments.id.empty() ? IdOf(arguments.file) : arguments.id);
  request.set_validate_only(arguments.dry_run);
  Document document;
  RETURN_IF_ERROR(document.Read(arguments.file, request.mutable_menu_edition()));
  ASSIGN_OR_RETURN(const v1::MenuEdition edition, document.Send("menu_edition", [&] {
    return session.ClientOf<v1::CatalogueService>().Call(&Stub::PublishMenuEdition, request);
  }));
  if (session.json) {
    session.PrintJson(edition);
  } else {
    session.Print(absl::StrCat(arguments.dry_run ? "Checked " : "Published ", edition.name(), ": ",
                               edition.interventions_size(), " interventions; digest ",
                               edition.digest().substr(0, 12), "\n"));
  }
  return absl::OkStatus();
}

absl::Status Interventions(Session& session, const std::string& edition, const std::string& text) {
  const auto catalogue = session.ClientOf<v1::CatalogueService>();
  Table table({{"Intervention"}, {"Category"}, {"Name"}, {"Evidence"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListInterventionsResponse>(
      [&](const std::string& token) {
        v1::ListInterventionsRequest request;
        request.set_parent(Named("menuEditions/", edition));
        request.set_text(text);
        request.set_page_token(token);
        return catalogue.Call(&Stub::ListInterventions, request);
      },
      [&](const v1::ListInterventionsResponse& page) {
        for (const v1::Intervention& intervention : page.interventions()) {
          if (session.json) {
            session.PrintJson(intervention);
          } else {
            table.Add({intervention.id(), intervention.category(), Text(intervention.title()),
                       EvidenceText(intervention)});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status Diff(Session& session, const std::string& before, const std::string& after) {
  v1::DiffMenuEditionsRequest request;
  request.set_before(Named("menuEditions/", before));
  request.set_after(Named("menuEditions/", after));
  ASSIGN_OR_RETURN(const v1::DiffMenuEditionsResponse diff,
                   session.ClientOf<v1::CatalogueService>().Call(&Stub::DiffMenuEditions, request));
  if (session.json) {
    session.PrintJson(diff);
    return absl::OkStatus();
  }
  Table table({{"Intervention"}, {"What happened"}, {"Field"}, {"Before"}, {"After"}});
  for (const v1::InterventionChange& change : diff.changes()) {
    table.Add({change.intervention(), EnumText(change.kind()), change.field(), change.before(),
               change.after()});
  }
  session.Print(table);
  session.Print(absl::StrCat(Number(diff.touched_programme_count()),
                             " school programmes chose something that changed.\n"));
  return absl::OkStatus();
}

}  // namespace

std::string EvidenceText(const v1::Intervention& intervention) {
  std::string text;
  for (const v1::Evidence& evidence : intervention.evidence()) {
    if (!text.empty()) text += "; ";
    text += evidence.scheme();
    if (evidence.has_effect_months()) {
      absl::StrAppend(&text, evidence.effect_months() > 0 ? " +" : " ", evidence.effect_months(),
                      " months");
    }
    if (evidence.has_strength()) absl::StrAppend(&text, ", evidence ", evidence.strength(), "/5");
    if (evidence.has_cost()) absl::StrAppend(&text, ", cost ", evidence.cost(), "/5");
    if (!evidence.rating().empty()) absl::StrAppend(&text, " ", evidence.rating());
  }
  return text.empty() ? "not rated" : text;
}

void AddCatalogueCommands(CLI::App& app, Session& session) {
  CLI::App* catalogue = app.add_subcommand("catalogue", "The menu and the schools' programmes");
  catalogue->require_subcommand(1);

  auto publish_arguments = std::make_shared<PublishArguments>();
  CLI::App* publish = catalogue->add_subcommand("publish", "Publish a menu edition from YAML");
  publish->add_option("file", publish_arguments->file, "The edition")->required();
  publish->add_option("--id", publish_arguments->id, "Its id; by default the file's name");
  publish->add_flag("--dry-run", publish_arguments->dry_run, "Check it, publish nothing");
  session.OnRun(publish,
                [&session, publish_arguments] { return Publish(session, *publish_arguments); });

  auto edition = std::make_shared<std::string>();
  auto text = std::make_shared<std::string>();
  CLI::App* interventions = catalogue->add_subcommand("interventions", "List a menu edition");
  interventions->add_option("edition", *edition, "The edition's id")->required();
  interventions->add_option("--text", *text, "A part of the name or summary");
  session.OnRun(interventions,
                [&session, edition, text] { return Interventions(session, *edition, *text); });

  auto before = std::make_shared<std::string>();
  auto after = std::make_shared<std::string>();
  CLI::App* diff = catalogue->add_subcommand("diff", "What changed between two menu editions");
  diff->add_option("before", *before, "The older edition's id")->required();
  diff->add_option("after", *after, "The newer edition's id")->required();
  session.OnRun(diff, [&session, before, after] { return Diff(session, *before, *after); });

  AddProgrammeCommands(*catalogue, session);
  AddFilingCommands(*catalogue, session);
  AddUptakeCommand(*catalogue, session);
}

}  // namespace vg::cli
