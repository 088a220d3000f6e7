#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/cli/commands/catalogue.h"
#include "services/cli/render/minute.h"
#include "services/cli/render/values.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::catalogue::v1;
using Stub = v1::CatalogueService::Stub;

// Which programme a command is about.
struct Which {
  std::string school, school_year;

  std::string Name() const {
    return absl::StrCat(Named("schools/", school), "/programmes/", school_year);
  }
  void AddTo(CLI::App* command) {
    command->add_option("school", school, "Such as 16SW03")->required();
    command->add_option("school-year", school_year, "Such as 2021-2022")->required();
  }
};

std::string DayOrDash(bool has, const google::type::Date& date) { return has ? Day(date) : "–"; }

// The steps of a programme in the order in which they are made.
Table Steps(const v1::Programme& programme) {
  Table steps({{"Step"}, {"Date"}, {"What"}, {"Evidence"}});
  if (programme.has_scan_date()) {
    steps.Add(
        {"scan", Day(programme.scan_date()),
         absl::StrCat(programme.scan().made_by(), programme.scan().made_by().empty() ? "" : ": ",
                      absl::StrJoin(programme.scan().outcome_areas(), ", ")),
         programme.scan().evidence()});
  }
  steps.Add({"goals", DayOrDash(programme.has_goals_set(), programme.goals_set().date()),
             absl::StrCat(programme.goals_size() + programme.structured_goals_size(), " goals"),
             programme.goals_set().evidence()});
  steps.Add({"choices", DayOrDash(programme.has_choices_made(), programme.choices_made().date()),
             absl::StrCat(programme.choices_size(), " interventions"),
             programme.choices_made().evidence()});
  const std::pair<v1::InvolvedGroup, v1::Involvement> groups[] = {
      {v1::INVOLVED_GROUP_TEAM, programme.team_involvement()},
      {v1::INVOLVED_GROUP_PARENTS, programme.parent_involvement()},
      {v1::INVOLVED_GROUP_PUPILS, programme.pupil_involvement()},
      {v1::INVOLVED_GROUP_COUNCIL, programme.council_involvement()}};
  for (const auto& [group, involvement] : groups) {
    if (involvement == v1::INVOLVEMENT_UNSPECIFIED) continue;
    bool dated = false;
    for (const v1::InvolvementMoment& moment : programme.involvement_moments()) {
      if (moment.group() != group) continue;
      dated = true;
      steps.Add(
          {EnumText(group), Day(moment.date()),
           absl::StrCat(EnumText(involvement), moment.form().empty() ? "" : ", ", moment.form()),
           moment.evidence()});
    }
    if (!dated) steps.Add({EnumText(group), "–", EnumText(involvement), ""});
  }
  for (const v1::Consent& consent : programme.consents()) {
    steps.Add({absl::AsciiStrToUpper(EnumText(consent.body())), Day(consent.date()),
               absl::StrCat("consent ", EnumText(consent.state()), ", to revision ",
                            consent.revision(), consent.has_retract_time() ? ", taken back" : ""),
               consent.evidence()});
  }
  return steps;
}

Table Goals(const v1::Programme& programme) {
  Table goals({{"Goal"}, {"What is to be reached"}, {"Area"}, {"For whom"}});
  for (const v1::Goal& goal : programme.structured_goals()) {
    goals.Add({goal.id(), goal.text(), goal.outcome_area(), goal.target_group()});
  }
  for (const std::string& goal : programme.goals()) goals.Add({"–", goal, "", ""});
  return goals;
}

Table Choices(const v1::Programme& programme) {
  Table choices({{"Intervention"},
                 {"Status"},
                 {"Since"},
                 {"Planned", Align::kRight},
                 {"Pupils", Align::kRight},
                 {"Goals"},
                 {"Above school level"}});
  for (const v1::Choice& choice : programme.choices()) {
    std::string above = choice.above_school_level() ? "yes" : "";
    if (choice.has_above_school_percent()) {
      absl::StrAppend(&above, ", ", choice.above_school_percent(), "%");
    }
    choices.Add({choice.intervention().substr(choice.intervention().find('/') + 1),
                 absl::StrCat(EnumText(choice.status()), choice.stop_reason().empty() ? "" : ": ",
                              choice.stop_reason()),
                 DayOrDash(choice.has_status_date(), choice.status_date()),
                 Amount(choice.planned_amount()),
                 choice.has_pupils_reached() ? Number(choice.pupils_reached()) : "–",
                 absl::StrJoin(choice.goals(), ", "), above});
  }
  return choices;
}

std::string StageText(const v1::Programme& programme) {
  return programme.stage() == v1::PROGRAMME_STAGE_UNSPECIFIED ? "filed"
                                                              : EnumText(programme.stage());
}

void PrintFindings(const Session& session, const char* title,
                   const google::protobuf::RepeatedPtrField<v1::ProgrammeFinding>& findings) {
  if (findings.empty()) return;
  Table table({{title}, {"Where"}, {"What"}});
  for (const v1::ProgrammeFinding& finding : findings) {
    table.Add({finding.code(), finding.field(), finding.message()});
  }
  session.Print("\n");
  session.Print(table);
}

// How far it is and what is missing, after a change.
void PrintState(const Session& session, const v1::Programme& programme) {
  session.Print(absl::StrCat(programme.name(), ", revision ", programme.revision(), ", from ",
                             programme.menu_edition(), ": ", StageText(programme),
                             programme.gaps().empty() ? ", complete" : "", "\n"));
  PrintFindings(session, "Missing", programme.gaps());
  PrintFindings(session, "Mind", programme.warnings());
}

// Prints the programme that a call answered.
absl::Status Answer(const Session& session, const absl::StatusOr<v1::Programme>& programme) {
  if (!programme.ok()) return programme.status();
  if (session.json) {
    session.PrintJson(*programme);
  } else {
    PrintState(session, *programme);
  }
  return absl::OkStatus();
}

absl::Status Show(Session& session, const Which& which) {
  v1::GetProgrammeRequest request;
  request.set_name(which.Name());
  ASSIGN_OR_RETURN(const v1::Programme programme,
                   session.ClientOf<v1::CatalogueService>().Call(&Stub::GetProgramme, request));
  if (session.json) {
    session.PrintJson(programme);
    return absl::OkStatus();
  }
  PrintState(session, programme);
  for (const Table& table : {Steps(programme), Goals(programme), Choices(programme)}) {
    if (table.empty()) continue;
    session.Print("\n");
    session.Print(table);
  }
  return absl::OkStatus();
}

struct ListArguments {
  std::string school_year, intervention, edition, gap, stage;
};

absl::Status List(Session& session, const ListArguments& arguments) {
  v1::ListProgrammesRequest request;
  request.set_parent("schools/-");
  request.set_school_year(arguments.school_year);
  if (!arguments.intervention.empty()) {
    request.set_intervention(Named("interventions/", arguments.intervention));
  }
  if (!arguments.edition.empty()) {
    request.set_menu_edition(Named("menuEditions/", arguments.edition));
  }
  request.set_gap(absl::AsciiStrToUpper(arguments.gap));
  if (!arguments.stage.empty()) {
    const int stage = EnumValue(v1::ProgrammeStage_descriptor(), arguments.stage);
    if (stage < 1) {
      return InvalidField("--stage", "UNKNOWN_STAGE",
                          "is scanned, goals-set, chosen, consulted, consented, running or "
                          "finished");
    }
    request.set_stage(static_cast<v1::ProgrammeStage>(stage));
  }
  request.set_page_size(500);
  const auto catalogue = session.ClientOf<v1::CatalogueService>();
  Table table({{"Programme"}, {"Stage"}, {"Choices", Align::kRight}, {"Missing"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListProgrammesResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return catalogue.Call(&Stub::ListProgrammes, request);
      },
      [&](const v1::ListProgrammesResponse& page) {
        for (const v1::Programme& programme : page.programmes()) {
          if (session.json) {
            session.PrintJson(programme);
            continue;
          }
          const std::string missing = absl::StrJoin(
              programme.gaps(), ", ", [](std::string* text, const v1::ProgrammeFinding& gap) {
                absl::StrAppend(text, gap.code());
              });
          table.Add(
              {programme.name(), StageText(programme), Number(programme.choices_size()), missing});
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status File(Session& session, const std::string& path, bool dry_run) {
  v1::SubmitProgrammeRequest request;
  request.set_validate_only(dry_run);
  Document document;
  RETURN_IF_ERROR(document.Read(path, request.mutable_programme()));
  return Answer(session, document.Send("programme", [&] {
    return session.ClientOf<v1::CatalogueService>().Call(&Stub::SubmitProgramme, request);
  }));
}

struct ConsentArguments : Which {
  std::string body = "mr", state, date, evidence;
  int revision = 0;
  bool retract = false;
};

absl::Status RecordConsent(Session& session, const ConsentArguments& arguments) {
  v1::RecordConsentRequest request;
  request.set_name(arguments.Name());
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
  consent.set_revision(arguments.revision);
  request.set_retract(arguments.retract);
  if (!ParseDate(arguments.date, consent.mutable_date())) {
    return InvalidField("--date", "IMPOSSIBLE_DATE", "write the day as 2021-10-01");
  }
  return Answer(session,
                session.ClientOf<v1::CatalogueService>().Call(&Stub::RecordConsent, request));
}

struct StatusArguments : Which {
  std::string intervention, status, date, reason, evidence;
  int pupils = -1;
};

absl::Status RecordStatus(Session& session, const StatusArguments& arguments) {
  v1::RecordChoiceStatusRequest request;
  request.set_name(arguments.Name());
  request.set_intervention(Named("interventions/", arguments.intervention));
  const int status = EnumValue(v1::ChoiceStatus_descriptor(), arguments.status);
  if (status < 1) {
    return InvalidField("--status", "UNKNOWN_STATUS", "is planned, running, finished or stopped");
  }
  request.set_status(static_cast<v1::ChoiceStatus>(status));
  if (!ParseDate(arguments.date, request.mutable_date())) {
    return InvalidField("--date", "IMPOSSIBLE_DATE", "write the day as 2021-10-01");
  }
  request.set_stop_reason(arguments.reason);
  request.set_evidence(arguments.evidence);
  if (arguments.pupils >= 0) request.set_pupils_reached(arguments.pupils);
  return Answer(session,
                session.ClientOf<v1::CatalogueService>().Call(&Stub::RecordChoiceStatus, request));
}

absl::Status PrintDifferences(Session& session, const std::string& name, int before, int after,
                              const std::string& title) {
  v1::DiffProgrammeRevisionsRequest request;
  request.set_name(name);
  request.set_before(before);
  request.set_after(after);
  ASSIGN_OR_RETURN(
      const v1::DiffProgrammeRevisionsResponse diff,
      session.ClientOf<v1::CatalogueService>().Call(&Stub::DiffProgrammeRevisions, request));
  if (session.json) {
    session.PrintJson(diff);
    return absl::OkStatus();
  }
  Table table({{"Field"}, {"Before"}, {"After"}});
  for (const v1::ProgrammeDifference& difference : diff.differences()) {
    table.Add({difference.field(), difference.before(), difference.after()});
  }
  session.Print(absl::StrCat(
      title.empty() ? absl::StrCat("Revision ", diff.before(), " to ", diff.after()) : title,
      "\n"));
  session.Print(table);
  session.Print("\n");
  return absl::OkStatus();
}

struct HistoryArguments : Which {
  int before = 0, after = 0;
};

absl::Status History(Session& session, const HistoryArguments& arguments) {
  const std::string name = arguments.Name();
  if (arguments.before != 0 || arguments.after != 0) {
    return PrintDifferences(session, name, arguments.before, arguments.after, "");
  }
  std::map<int, std::string, std::greater<>> revisions;  // With when they came about.
  const auto catalogue = session.ClientOf<v1::CatalogueService>();
  RETURN_IF_ERROR(ForEachPage<v1::ListProgrammeRevisionsResponse>(
      [&](const std::string& token) {
        v1::ListProgrammeRevisionsRequest request;
        request.set_name(name);
        request.set_page_size(100);
        request.set_page_token(token);
        return catalogue.Call(&Stub::ListProgrammeRevisions, request);
      },
      [&](const v1::ListProgrammeRevisionsResponse& page) {
        for (const v1::Programme& programme : page.programmes()) {
          revisions.emplace(
              programme.revision(),
              absl::StrCat("Revision ", programme.revision(), ", ", Minute(programme.update_time()),
                           ", ", StageText(programme)));
        }
        return true;
      }));
  for (const auto& [revision, title] : revisions) {
    RETURN_IF_ERROR(PrintDifferences(session, name, 0, revision, title));
  }
  return absl::OkStatus();
}

}  // namespace

void AddProgrammeCommands(CLI::App& catalogue, Session& session) {
  CLI::App* programme = catalogue.add_subcommand(
      "programme", "A school's programme: scan, goals, choices, involvement, consent, status");
  programme->require_subcommand(1);

  auto shown = std::make_shared<Which>();
  CLI::App* show = programme->add_subcommand("show", "How far it is, what it lacks, all its steps");
  shown->AddTo(show);
  session.OnRun(show, [&session, shown] { return Show(session, *shown); });

  auto listed = std::make_shared<ListArguments>();
  CLI::App* list = programme->add_subcommand("list", "All programmes, and what each lacks");
  list->add_option("--school-year", listed->school_year, "Only of this year, such as 2021-2022");
  list->add_option("--intervention", listed->intervention, "Only those that chose it");
  list->add_option("--edition", listed->edition, "Only those that chose from this menu edition");
  list->add_option("--gap", listed->gap, "Only those that lack this, such as MR_CONSENT_MISSING");
  list->add_option("--stage", listed->stage, "Only those that are just so far, such as chosen");
  session.OnRun(list, [&session, listed] { return List(session, *listed); });

  auto path = std::make_shared<std::string>();
  auto dry_run = std::make_shared<bool>();
  CLI::App* file = programme->add_subcommand("file", "File a programme from YAML, new or changed");
  file->add_option("file", *path, "The programme, with its name")->required();
  file->add_flag("--dry-run", *dry_run, "Check it, store nothing");
  session.OnRun(file, [&session, path, dry_run] { return File(session, *path, *dry_run); });

  auto decided = std::make_shared<ConsentArguments>();
  CLI::App* consent = programme->add_subcommand("consent", "Record what a council decided");
  decided->AddTo(consent);
  consent->add_option("--state", decided->state, "requested, given, partly or refused")->required();
  consent->add_option("--date", decided->date, "The day of the decision")->required();
  consent->add_option("--body", decided->body, "mr or gmr")->capture_default_str();
  consent->add_option("--evidence", decided->evidence, "Where it is recorded");
  consent->add_option("--revision", decided->revision,
                      "The revision of the programme that it is about; by default the newest");
  consent->add_flag("--retract", decided->retract,
                    "It was recorded by mistake: take back the decision with this state, date,\n"
                    "body and evidence");
  session.OnRun(consent, [&session, decided] { return RecordConsent(session, *decided); });

  auto reported = std::make_shared<StatusArguments>();
  CLI::App* status = programme->add_subcommand("status", "Record how far an intervention is");
  reported->AddTo(status);
  status->add_option("intervention", reported->intervention, "One that was chosen")->required();
  status->add_option("--status", reported->status, "planned, running, finished or stopped")
      ->required();
  status->add_option("--date", reported->date, "The day from which it is so")->required();
  status->add_option("--reason", reported->reason, "Why it was stopped; only with stopped");
  status->add_option("--evidence", reported->evidence, "Where it is recorded");
  status->add_option("--pupils", reported->pupils, "How many pupils it reaches");
  session.OnRun(status, [&session, reported] { return RecordStatus(session, *reported); });

  auto asked = std::make_shared<HistoryArguments>();
  CLI::App* history =
      programme->add_subcommand("history", "What changed with every revision, newest first");
  asked->AddTo(history);
  history->add_option("--before", asked->before, "Only the differences from this revision …");
  history->add_option("--after", asked->after, "… to this one; by default the newest");
  session.OnRun(history, [&session, asked] { return History(session, *asked); });
}

}  // namespace vg::cli
