#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/time_util.h"

#include "common/numeric/exact.h"
#include "common/status/status_macros.h"
#include "common/text/csv.h"
#include "services/cli/commands/commands.h"
#include "services/cli/commands/fieldwork_arguments.h"
#include "services/cli/render/values.h"
#include "voortgang/survey/v1/fieldwork_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;
using google::protobuf::util::TimeUtil;
using Stub = v1::FieldworkService::Stub;

// Of a unit, as an option.
constexpr char kNothingKnown[] = "unknown";

absl::Status Extend(Session& session, const FieldworkArguments& arguments) {
  v1::GrantExtensionRequest request;
  request.set_parent(Named("waves/", arguments.wave));
  request.set_extension_id(arguments.id);
  v1::Extension& extension = *request.mutable_extension();
  if (!arguments.role.empty()) {
    ASSIGN_OR_RETURN(const v1::Role role, FieldworkEnum<v1::Role>(arguments.role, "--role"));
    extension.set_role(role);
  }
  for (const std::string& unit : arguments.units) extension.add_units(unit);
  RETURN_IF_ERROR(ReadWhere(arguments.where, *extension.mutable_where()));
  RETURN_IF_ERROR(ReadTime(arguments.until, "--until", *extension.mutable_until()));
  extension.set_reason(arguments.reason);
  extension.set_grantor(arguments.grantor);
  ASSIGN_OR_RETURN(const v1::Extension granted,
                   session.ClientOf<v1::FieldworkService>().Call(&Stub::GrantExtension, request));
  if (session.json) {
    session.PrintJson(granted);
  } else {
    session.Print(absl::StrCat("Granted ", granted.name(), " until ",
                               TimeUtil::ToString(granted.until()), "\n"));
  }
  return absl::OkStatus();
}

absl::Status RevokeExtension(Session& session, const FieldworkArguments& arguments) {
  v1::RevokeExtensionRequest request;
  request.set_name(arguments.name);
  request.set_reason(arguments.reason);
  ASSIGN_OR_RETURN(const v1::Extension revoked,
                   session.ClientOf<v1::FieldworkService>().Call(&Stub::RevokeExtension, request));
  if (session.json) {
    session.PrintJson(revoked);
  } else {
    session.Print(absl::StrCat("Revoked ", revoked.name(), "\n"));
  }
  return absl::OkStatus();
}

absl::Status ListExtensions(Session& session, const FieldworkArguments& arguments) {
  auto fieldwork = session.ClientOf<v1::FieldworkService>();
  Table table({{"Extension"},
               {"Until"},
               {"Role"},
               {"Units", Align::kRight},
               {"Reason"},
               {"By"},
               {"Revoked"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListExtensionsResponse>(
      [&](const std::string& token) {
        v1::ListExtensionsRequest request;
        request.set_parent(Named("waves/", arguments.wave));
        request.set_page_token(token);
        return fieldwork.Call(&Stub::ListExtensions, request);
      },
      [&](const v1::ListExtensionsResponse& page) {
        for (const v1::Extension& extension : page.extensions()) {
          if (session.json) {
            session.PrintJson(extension);
            continue;
          }
          table.Add(
              {extension.name(), TimeUtil::ToString(extension.until()),
               extension.role() == v1::ROLE_UNSPECIFIED ? "all" : EnumText(extension.role()),
               extension.units().empty() ? "all" : Number(extension.units_size()),
               extension.reason(), extension.grantor(),
               extension.has_revoke_time() ? TimeUtil::ToString(extension.revoke_time()) : ""});
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status Record(Session& session, const FieldworkArguments& arguments) {
  v1::RecordDispositionsRequest request;
  request.set_parent(Named("waves/", arguments.wave));
  ASSIGN_OR_RETURN(const v1::Role role, FieldworkEnum<v1::Role>(arguments.role, "--role"));
  ASSIGN_OR_RETURN(const auto disposition,
                   FieldworkEnum<v1::Disposition>(arguments.disposition, "disposition"));
  for (const std::string& unit : arguments.units) {
    v1::Finding& finding = *request.add_findings();
    finding.set_unit(unit);
    finding.set_role(role);
    finding.set_disposition(disposition);
    finding.set_note(arguments.note);
    if (!arguments.time.empty()) {
      RETURN_IF_ERROR(ReadTime(arguments.time, "--time", *finding.mutable_find_time()));
    }
  }
  ASSIGN_OR_RETURN(const auto recorded, session.ClientOf<v1::FieldworkService>().Call(
                                            &Stub::RecordDispositions, request));
  if (session.json) {
    session.PrintJson(recorded);
  } else {
    session.Print(absl::StrCat("Recorded ", Number(recorded.recorded_count()), "\n"));
  }
  return absl::OkStatus();
}

std::string DispositionText(v1::Disposition disposition) {
  return disposition == v1::DISPOSITION_UNSPECIFIED ? "–" : EnumText(disposition);
}

absl::Status Dispositions(Session& session, const FieldworkArguments& arguments) {
  v1::ListUnitDispositionsRequest request;
  request.set_parent(Named("waves/", arguments.wave));
  ASSIGN_OR_RETURN(const v1::Role role, FieldworkEnum<v1::Role>(arguments.role, "--role"));
  request.set_role(role);
  if (!arguments.disposition.empty()) {
    v1::Disposition wanted = v1::DISPOSITION_UNSPECIFIED;
    if (arguments.disposition != kNothingKnown) {
      ASSIGN_OR_RETURN(wanted, FieldworkEnum<v1::Disposition>(arguments.disposition, "--only"));
    }
    request.add_dispositions(wanted);
  }
  RETURN_IF_ERROR(ReadWhere(arguments.where, *request.mutable_where()));
  request.set_page_size(1000);
  auto fieldwork = session.ClientOf<v1::FieldworkService>();
  Table table({{"Unit"},
               {"Disposition"},
               {"Complete", Align::kRight},
               {"Partial", Align::kRight},
               {"Reminders", Align::kRight}});
  RETURN_IF_ERROR(ForEachPage<v1::ListUnitDispositionsResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return fieldwork.Call(&Stub::ListUnitDispositions, request);
      },
      [&](const v1::ListUnitDispositionsResponse& page) {
        for (const v1::UnitDisposition& unit : page.unit_dispositions()) {
          if (session.json) {
            session.PrintJson(unit);
            continue;
          }
          table.Add({unit.unit(), DispositionText(unit.disposition()),
                     Number(unit.complete_responses()), Number(unit.partial_responses()),
                     Number(unit.reminder_count())});
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

// Lists who is to be reminded and, if asked, records that they were.
absl::Status Reminders(Session& session, const FieldworkArguments& arguments) {
  v1::ListRemindersRequest request;
  request.set_parent(Named("waves/", arguments.wave));
  ASSIGN_OR_RETURN(const v1::Role role, FieldworkEnum<v1::Role>(arguments.role, "--role"));
  request.set_role(role);
  if (!arguments.until.empty()) {
    RETURN_IF_ERROR(
        ReadTime(arguments.until, "--not-since", *request.mutable_not_reminded_since()));
  }
  RETURN_IF_ERROR(ReadWhere(arguments.where, *request.mutable_where()));
  request.set_enough_responses(arguments.enough);
  request.set_show_tokens(true);
  request.set_page_size(1000);
  auto fieldwork = session.ClientOf<v1::FieldworkService>();
  std::string csv;
  CsvWriter writer(&csv);
  for (const char* const title : {"unit", "disposition", "reminders", "tokens"}) writer.Cell(title);
  writer.EndRow();
  Table table({{"Unit"}, {"Disposition"}, {"Reminders", Align::kRight}, {"Tokens"}});
  std::vector<std::string> units;
  RETURN_IF_ERROR(ForEachPage<v1::ListRemindersResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return fieldwork.Call(&Stub::ListReminders, request);
      },
      [&](const v1::ListRemindersResponse& page) {
        for (const v1::Reminder& reminder : page.reminders()) {
          units.push_back(reminder.unit().unit());
          std::vector<std::string> tokens;
          for (const v1::Invitation& invitation : reminder.invitations()) {
            tokens.push_back(invitation.token());
          }
          const std::string disposition = DispositionText(reminder.unit().disposition());
          if (session.json) {
            session.PrintJson(reminder);
          } else if (arguments.csv) {
            writer.Cell(units.back()).Cell(disposition);
            writer.Cell(reminder.unit().reminder_count()).Cell(absl::StrJoin(tokens, " "));
            writer.EndRow();
          } else {
            table.Add({units.back(), disposition, Number(reminder.unit().reminder_count()),
                       absl::StrJoin(tokens, " ")});
          }
        }
        return true;
      }));
  if (!session.json && arguments.csv) session.Print(csv);
  if (!session.json && !arguments.csv) session.Print(table);
  if (!arguments.record) return absl::OkStatus();
  constexpr size_t kMostAtOnce = 1000;
  v1::RecordRemindersRequest record;
  record.set_parent(request.parent());
  record.set_role(role);
  RETURN_IF_ERROR(ReadTime(arguments.time, "--time", *record.mutable_remind_time()));
  for (size_t i = 0; i < units.size(); ++i) {
    record.add_units(units[i]);
    if (record.units_size() < static_cast<int>(kMostAtOnce) && i + 1 < units.size()) continue;
    RETURN_IF_ERROR(fieldwork.Call(&Stub::RecordReminders, record).status());
    record.clear_units();
  }
  return absl::OkStatus();
}

// Weights add up to fractions.
std::string CountText(const voortgang::type::v1::Decimal& count) {
  const absl::StatusOr<Exact> value = Exact::FromDecimal(count.value());
  return value.ok() ? value->Round(2, Rounding::kHalfEven).ToText() : count.value();
}

std::string RateText(const v1::ResponseRate& rate, bool net) {
  if (!rate.has_net_rate()) return "–";
  return Percent(net ? rate.net_rate().value() : rate.gross_rate().value());
}

absl::Status Rates(Session& session, const FieldworkArguments& arguments) {
  v1::GetResponseRatesRequest request;
  request.set_parent(Named("waves/", arguments.wave));
  ASSIGN_OR_RETURN(const v1::Role role, FieldworkEnum<v1::Role>(arguments.role, "--role"));
  request.set_role(role);
  for (const std::string& name : arguments.by) request.add_breakdowns(name);
  request.set_weighted(arguments.weighted);
  ASSIGN_OR_RETURN(const v1::ResponseRates rates,
                   session.ClientOf<v1::FieldworkService>().Call(&Stub::GetResponseRates, request));
  if (session.json) {
    session.PrintJson(rates);
    return absl::OkStatus();
  }
  std::vector<Column> columns;
  for (const std::string& name : arguments.by) columns.push_back({name});
  if (columns.empty()) columns.push_back({"Role"});
  for (const char* const title :
       {"Asked", "Not reached", "Refused", "Ineligible", "Partial", "Complete", "Gross", "Net"}) {
    columns.push_back({title, Align::kRight});
  }
  Table table(std::move(columns));
  for (const v1::ResponseRate& rate : rates.rates()) {
    std::vector<std::string> cells(rate.group().begin(), rate.group().end());
    for (std::string& cell : cells) {
      if (cell.empty()) cell = "not known";
    }
    if (cells.empty()) cells.push_back(arguments.by.empty() ? EnumText(role) : "all");
    while (cells.size() < arguments.by.size()) cells.emplace_back();
    for (const auto* const count : {&rate.units(), &rate.not_reached(), &rate.refused(),
                                    &rate.ineligible(), &rate.partial(), &rate.complete()}) {
      cells.push_back(CountText(*count));
    }
    cells.push_back(RateText(rate, false));
    cells.push_back(RateText(rate, true));
    table.Add(std::move(cells));
  }
  session.Print(table);
  return absl::OkStatus();
}

}  // namespace

void AddSurveyFieldworkCommands(CLI::App& survey, Session& session) {
  CLI::App* fieldwork = survey.add_subcommand(
      "fieldwork", "Invitations, extensions, findings, reminders and response rates of a wave");
  fieldwork->require_subcommand(1);
  AddSampleCommands(*fieldwork, session);
  AddInvitationCommands(*fieldwork, session);
  {
    const auto [command, arguments] =
        AddFieldworkCommand(*fieldwork, session, "extend",
                            "Let some units answer longer than the wave is open", &Extend);
    AddWaveOption(*command, *arguments);
    command->add_option("--id", arguments->id, "The extension's id")->required();
    command->add_option("--until", arguments->until, "Such as 2022-07-08T00:00:00Z")->required();
    command->add_option("--reason", arguments->reason, "Why")->required();
    command->add_option("--by", arguments->grantor, "Who decided")->required();
    AddRoleOption(*command, *arguments);
    command->add_option("--unit", arguments->units, "For these units");
    AddWhereOption(*command, *arguments);
  }
  {
    const auto [command, arguments] =
        AddFieldworkCommand(*fieldwork, session, "extensions", "List extensions", &ListExtensions);
    AddWaveOption(*command, *arguments);
  }
  {
    const auto [command, arguments] =
        AddFieldworkCommand(*fieldwork, session, "revoke-extension",
                            "Take an extension back; what was answered stays", &RevokeExtension);
    command->add_option("extension", arguments->name, "waves/{wave}/extensions/{extension}")
        ->required();
    command->add_option("--reason", arguments->reason, "Why, for the record");
  }
  {
    const auto [command, arguments] = AddFieldworkCommand(
        *fieldwork, session, "record", "Record what was found about units", &Record);
    AddWaveOption(*command, *arguments);
    command
        ->add_option("disposition", arguments->disposition,
                     "not_reached, reached, refused or ineligible")
        ->required();
    AddRoleOption(*command, *arguments)->required();
    command->add_option("--unit", arguments->units, "About these units")->required();
    command->add_option("--time", arguments->time,
                        "When it was found; give it, and repeating is safe");
    command->add_option("--note", arguments->note, "In words");
  }
  {
    const auto [command, arguments] = AddFieldworkCommand(
        *fieldwork, session, "dispositions", "List units with what came of them", &Dispositions);
    AddWaveOption(*command, *arguments);
    AddRoleOption(*command, *arguments)->required();
    command->add_option("--only", arguments->disposition,
                        "Only those of which this came, such as refused; unknown: nothing yet");
    AddWhereOption(*command, *arguments);
  }
  {
    const auto [command, arguments] =
        AddFieldworkCommand(*fieldwork, session, "reminders",
                            "List the units to remind, with their tokens", &Reminders);
    AddWaveOption(*command, *arguments);
    AddRoleOption(*command, *arguments)->required();
    command->add_option("--not-since", arguments->until,
                        "Only those not reminded at this time or later");
    command->add_option("--enough", arguments->enough,
                        "Of staff: only units with fewer complete responses; by default those "
                        "whose invitations have room");
    AddWhereOption(*command, *arguments);
    command->add_flag("--csv", arguments->csv, "CSV for a mail merge");
    CLI::Option* const time =
        command->add_option("--time", arguments->time, "When they are reminded");
    command->add_flag("--record", arguments->record, "Record that all of them were reminded")
        ->needs(time);
  }
  {
    const auto [command, arguments] = AddFieldworkCommand(
        *fieldwork, session, "rates",
        "Response gross (AAPOR's RR2) and net (RR1), in all and by attributes", &Rates);
    AddWaveOption(*command, *arguments);
    AddRoleOption(*command, *arguments)->required();
    command->add_option("--by", arguments->by, "Attributes such as province, at most 2")
        ->expected(0, 2);
    command->add_flag("--weighted", arguments->weighted, "Count units for their weights");
  }
}

}  // namespace vg::cli
