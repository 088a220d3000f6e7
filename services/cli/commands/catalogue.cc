#include "services/cli/commands/catalogue.h"

#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
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

struct InterventionsArguments {
  std::string edition, category, sector, text, grant, day, scheme, scope, order;
  std::optional<int> min_strength, max_cost, min_effect;
};

absl::StatusOr<v1::ListInterventionsRequest> InterventionsRequest(
    const InterventionsArguments& arguments) {
  v1::ListInterventionsRequest request;
  request.set_parent(Named("menuEditions/", arguments.edition));
  request.set_category(arguments.category);
  ASSIGN_OR_RETURN(const auto sector, SectorOf(arguments.sector));
  request.set_sector(sector);
  request.set_text(arguments.text);
  request.set_payable_from(arguments.grant);
  if (!arguments.day.empty() && !ParseDate(arguments.day, request.mutable_payable_on())) {
    return InvalidField("--payable-on", "IMPOSSIBLE_DATE", "write the day as 2021-10-01");
  }
  request.set_scheme(arguments.scheme);
  request.set_scope(arguments.scope);
  if (!arguments.order.empty()) {
    const int order = EnumValue(v1::InterventionOrder_descriptor(), arguments.order);
    if (order < 1)
      return InvalidField("--order-by", "UNKNOWN_ORDER", "is effect, strength or cost");
    request.set_order_by(static_cast<v1::InterventionOrder>(order));
  }
  if (arguments.min_strength) request.set_min_strength(*arguments.min_strength);
  if (arguments.max_cost) request.set_max_cost(*arguments.max_cost);
  if (arguments.min_effect) request.set_min_effect_months(*arguments.min_effect);
  return request;
}

// "npo-schools 2021-08-01 to 2023-07-31 (Stcrt. 2021, 39244)".
std::string GrantText(const v1::Intervention& intervention) {
  std::string text;
  for (const v1::GrantEligibility& grant : intervention.grants()) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", grant.grant(), " ", Day(grant.start_date()),
                    " to ", Day(grant.end_date()), " (", grant.legal_reference(), ")");
  }
  return text;
}

absl::Status Interventions(Session& session, const InterventionsArguments& arguments) {
  ASSIGN_OR_RETURN(v1::ListInterventionsRequest request, InterventionsRequest(arguments));
  const bool with_grants = !arguments.grant.empty() || !arguments.day.empty();
  const auto catalogue = session.ClientOf<v1::CatalogueService>();
  Table table(
      {{"Intervention"}, {"Category"}, {"Name"}, {with_grants ? "Payable from" : "Evidence"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListInterventionsResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return catalogue.Call(&Stub::ListInterventions, request);
      },
      [&](const v1::ListInterventionsResponse& page) {
        for (const v1::Intervention& intervention : page.interventions()) {
          if (session.json) {
            session.PrintJson(intervention);
          } else {
            table.Add({intervention.id(), intervention.category(), Text(intervention.title()),
                       with_grants ? GrantText(intervention) : EvidenceText(intervention)});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<voortgang::type::v1::Sector> SectorOf(const std::string& text) {
  if (text.empty()) return voortgang::type::v1::SECTOR_UNSPECIFIED;
  const int sector = EnumValue(voortgang::type::v1::Sector_descriptor(), text);
  if (sector < 1) {
    return InvalidField("--sector", "UNKNOWN_SECTOR", "is primary, secondary or special");
  }
  return static_cast<voortgang::type::v1::Sector>(sector);
}

std::string EvidenceText(const v1::Intervention& intervention) {
  std::string text;
  for (const v1::Evidence& evidence : intervention.evidence()) {
    if (!text.empty()) text += "; ";
    text += evidence.scheme();
    if (!evidence.scope().empty()) absl::StrAppend(&text, " (", evidence.scope(), ")");
    if (evidence.has_effect_months()) {
      absl::StrAppend(&text, evidence.effect_months() > 0 ? " +" : " ", evidence.effect_months(),
                      " months");
    }
    if (evidence.effect_status() != v1::EFFECT_STATUS_UNSPECIFIED) {
      absl::StrAppend(&text, " ", EnumText(evidence.effect_status()));
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

  auto list_arguments = std::make_shared<InterventionsArguments>();
  CLI::App* interventions = catalogue->add_subcommand(
      "interventions",
      "List a menu edition, or what of it may be paid from a grant or has the best evidence");
  interventions->add_option("edition", list_arguments->edition, "The edition's id")->required();
  interventions->add_option("--category", list_arguments->category,
                            "Only of this category, A to F");
  interventions->add_option("--sector", list_arguments->sector, "primary, secondary or special");
  interventions->add_option("--text", list_arguments->text, "A part of the name or summary");
  interventions->add_option("--payable-from", list_arguments->grant,
                            "Only what may be paid from this grant, such as npo-schools");
  interventions->add_option("--payable-on", list_arguments->day,
                            "Only what may be paid on this day, such as 2021-10-01");
  CLI::Option* scheme = interventions->add_option("--scheme", list_arguments->scheme,
                                                  "Whose evidence to go by, such as EEF");
  interventions
      ->add_option(
          "--scope", list_arguments->scope,
          "A scope of that evidence, such as 'primary, reading'; otherwise what holds as a "
          "whole")
      ->needs(scheme);
  interventions
      ->add_option("--order-by", list_arguments->order,
                   "effect, strength or cost, the best first; otherwise the order of the menu")
      ->needs(scheme);
  interventions
      ->add_option("--min-strength", list_arguments->min_strength,
                   "Only with evidence at least so strong, 1 to 5")
      ->needs(scheme);
  interventions
      ->add_option("--max-cost", list_arguments->max_cost,
                   "Only what costs at most so much, 1 to 5")
      ->needs(scheme);
  interventions
      ->add_option("--min-effect", list_arguments->min_effect,
                   "Only with at least so many months of effect")
      ->needs(scheme);
  session.OnRun(interventions,
                [&session, list_arguments] { return Interventions(session, *list_arguments); });

  AddMenuQueryCommands(*catalogue, session);
  AddProgrammeCommands(*catalogue, session);
  AddFilingCommands(*catalogue, session);
  AddUptakeCommand(*catalogue, session);
}

}  // namespace vg::cli
