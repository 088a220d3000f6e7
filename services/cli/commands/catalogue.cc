#include <fstream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/intake.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/refusals.h"
#include "services/cli/render/values.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::catalogue::v1;
using Stub = v1::CatalogueService::Stub;

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

absl::Status Import(Session& session, const std::string& path) {
  std::ifstream lines(path);
  if (!lines) {
    return Error(absl::StatusCode::kNotFound, "FILE_NOT_FOUND",
                 absl::StrCat(path, " cannot be read"));
  }
  int64_t line_number = 0;
  absl::Status malformed;
  absl::StatusOr<IntakeOutcome> outcome =
      ImportProgrammes(session, 0, [&](v1::ProgrammeFiling& filing) {
        std::string line;
        while (std::getline(lines, line)) {
          ++line_number;
          if (line.empty()) continue;
          const auto parsed = google::protobuf::util::JsonStringToMessage(line, &filing);
          if (parsed.ok()) return true;
          malformed = Error(absl::StatusCode::kInvalidArgument, "MALFORMED_LINE",
                            absl::StrCat(path, " line ", line_number,
                                         " is no filing: ", std::string(parsed.message())),
                            {{"line", absl::StrCat(line_number)}});
          return false;
        }
        return false;
      });
  if (!outcome.ok()) return outcome.status();
  PrintOutcome(session, *outcome, "programmes");
  return malformed;
}

absl::Status ShowProgramme(Session& session, const std::string& school,
                           const std::string& school_year) {
  v1::GetProgrammeRequest request;
  request.set_name(absl::StrCat(Named("schools/", school), "/programmes/", school_year));
  ASSIGN_OR_RETURN(const v1::Programme programme,
                   session.ClientOf<v1::CatalogueService>().Call(&Stub::GetProgramme, request));
  if (session.json) {
    session.PrintJson(programme);
    return absl::OkStatus();
  }
  Table choices(
      {{"Intervention"}, {"Status"}, {"Planned", Align::kRight}, {"Pupils", Align::kRight}});
  for (const v1::Choice& choice : programme.choices()) {
    choices.Add({choice.intervention(), EnumText(choice.status()), Amount(choice.planned_amount()),
                 choice.has_pupils_reached() ? Number(choice.pupils_reached()) : "–"});
  }
  session.Print(absl::StrCat(programme.name(), ", revision ", programme.revision(), ", from ",
                             programme.menu_edition(), "\n\n"));
  session.Print(choices);
  for (const v1::Consent& consent : programme.consents()) {
    session.Print(absl::StrCat(EnumText(consent.body()), " consent ", EnumText(consent.state()),
                               " on ", Day(consent.date()), "\n"));
  }
  return absl::OkStatus();
}

struct ConsentArguments {
  std::string school, school_year, body = "mr", state, date, evidence;
};

absl::Status RecordConsent(Session& session, const ConsentArguments& arguments) {
  v1::RecordConsentRequest request;
  request.set_name(
      absl::StrCat(Named("schools/", arguments.school), "/programmes/", arguments.school_year));
  v1::Consent& consent = *request.mutable_consent();
  const int body = EnumValue(v1::CouncilBody_descriptor(), arguments.body);
  const int state = EnumValue(v1::ConsentState_descriptor(), arguments.state);
  if (body < 1) return InvalidField("--body", "UNKNOWN_BODY", "is mr or gmr");
  if (state < 1) {
    return InvalidField("--state", "UNKNOWN_STATE", "is requested, given, partly or refused");
  }
  consent.set_body(static_cast<v1::CouncilBody>(body));
  consent.set_state(static_cast<v1::ConsentState>(state));
  consent.set_evidence(arguments.evidence);
  if (!ParseDate(arguments.date, consent.mutable_date())) {
    return InvalidField("--date", "IMPOSSIBLE_DATE", "write the day as 2021-10-01");
  }
  ASSIGN_OR_RETURN(const v1::Programme programme,
                   session.ClientOf<v1::CatalogueService>().Call(&Stub::RecordConsent, request));
  if (session.json) {
    session.PrintJson(programme);
  } else {
    session.Print(
        absl::StrCat("Recorded for ", programme.name(), ", revision ", programme.revision(), "\n"));
  }
  return absl::OkStatus();
}

absl::Status Uptake(Session& session, const std::string& school_year, const std::string& edition) {
  v1::GetUptakeRequest request;
  request.set_school_year(school_year);
  request.set_menu_edition(Named("menuEditions/", edition));
  ASSIGN_OR_RETURN(const v1::GetUptakeResponse uptake,
                   session.ClientOf<v1::CatalogueService>().Call(&Stub::GetUptake, request));
  if (session.json) {
    session.PrintJson(uptake);
    return absl::OkStatus();
  }
  Table table({{"Intervention"},
               {"Chosen", Align::kRight},
               {"Running", Align::kRight},
               {"Finished", Align::kRight},
               {"Stopped", Align::kRight},
               {"Evidence"}});
  for (const v1::Uptake& line : uptake.uptake()) {
    const std::string title = Text(line.intervention().title());
    table.Add({title.empty() ? line.intervention().id() : title, Number(line.programme_count()),
               Number(line.running_count()), Number(line.finished_count()),
               Number(line.stopped_count()), EvidenceText(line.intervention())});
  }
  session.Print(table);
  session.Print(absl::StrCat("of ", Number(uptake.programme_count()), " programmes\n"));
  return absl::OkStatus();
}

}  // namespace

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

  auto file = std::make_shared<std::string>();
  CLI::App* import = catalogue->add_subcommand(
      "import", "Stream school programmes in, one JSON object per line; repeating is safe");
  import->add_option("file", *file, "The file of filings")->required();
  session.OnRun(import, [&session, file] { return Import(session, *file); });

  auto school = std::make_shared<std::string>();
  auto programme_year = std::make_shared<std::string>();
  CLI::App* programme = catalogue->add_subcommand("programme", "Show a school's programme");
  programme->add_option("school", *school, "Such as 16SW03")->required();
  programme->add_option("school-year", *programme_year, "Such as 2021-2022")->required();
  session.OnRun(programme, [&session, school, programme_year] {
    return ShowProgramme(session, *school, *programme_year);
  });

  auto consent_arguments = std::make_shared<ConsentArguments>();
  CLI::App* consent = catalogue->add_subcommand("consent", "Record what a council decided");
  consent->add_option("school", consent_arguments->school, "Such as 16SW03")->required();
  consent->add_option("school-year", consent_arguments->school_year, "Such as 2021-2022")
      ->required();
  consent->add_option("--state", consent_arguments->state, "requested, given, partly or refused")
      ->required();
  consent->add_option("--date", consent_arguments->date, "The day of the decision")->required();
  consent->add_option("--body", consent_arguments->body, "mr or gmr")->capture_default_str();
  consent->add_option("--evidence", consent_arguments->evidence, "Where it is recorded");
  session.OnRun(consent, [&session, consent_arguments] {
    return RecordConsent(session, *consent_arguments);
  });

  auto school_year = std::make_shared<std::string>();
  auto uptake_edition = std::make_shared<std::string>();
  CLI::App* uptake =
      catalogue->add_subcommand("uptake", "How often interventions were chosen, beside evidence");
  uptake->add_option("school-year", *school_year, "Such as 2021-2022")->required();
  uptake->add_option("edition", *uptake_edition, "The edition that names them")->required();
  session.OnRun(uptake, [&session, school_year, uptake_edition] {
    return Uptake(session, *school_year, *uptake_edition);
  });
}

}  // namespace vg::cli
