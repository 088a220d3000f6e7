#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/status.h"
#include "common/status/status_macros.h"
#include "common/text/csv.h"
#include "services/cli/commands/fieldwork_arguments.h"
#include "services/cli/render/values.h"
#include "voortgang/survey/v1/fieldwork_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;
using Stub = v1::FieldworkService::Stub;

constexpr absl::Duration kStreamTimeout = absl::Minutes(10);

// Prints invitations as they come: a table, CSV for a mail merge, or JSON.
class InvitationPrinter {
 public:
  InvitationPrinter(Session& session, bool csv) : session_(session), csv_(csv) {
    if (csv_)
      Line({"unit", "role", "number", "token", "kind", "max_responses", "uses", "invitation"});
  }

  void Add(const v1::Invitation& invitation) {
    if (session_.json) {
      session_.PrintJson(invitation);
    } else if (csv_) {
      Line({invitation.unit(), EnumText(invitation.role()), absl::StrCat(invitation.number()),
            invitation.token(), EnumText(invitation.kind()),
            absl::StrCat(invitation.max_responses()), absl::StrCat(invitation.use_count()),
            invitation.name()});
    } else {
      table_.Add({invitation.name(), invitation.unit(), EnumText(invitation.kind()),
                  Number(invitation.use_count()), invitation.has_revoke_time() ? "revoked" : "open",
                  invitation.token()});
    }
  }
  void Finish() {
    if (!session_.json && !csv_) session_.Print(table_);
  }

 private:
  void Line(const std::vector<std::string>& cells) {
    std::string line;
    CsvWriter writer(&line);
    for (const std::string& cell : cells) writer.Cell(cell);
    writer.EndRow();
    session_.Print(line);
  }

  Session& session_;
  const bool csv_;
  Table table_{{{"Invitation"}, {"Unit"}, {"Kind"}, {"Uses", Align::kRight}, {"State"}, {"Token"}}};
};

absl::Status Invite(Session& session, const FieldworkArguments& arguments) {
  v1::CreateInvitationsRequest all;
  all.set_parent(Named("waves/", arguments.wave));
  v1::InvitationPlan& plan = *all.mutable_plan();
  ASSIGN_OR_RETURN(const v1::Role role, FieldworkEnum<v1::Role>(arguments.role, "--role"));
  ASSIGN_OR_RETURN(const auto kind, FieldworkEnum<v1::InvitationKind>(arguments.kind, "--kind"));
  plan.set_role(role);
  plan.set_kind(kind);
  plan.set_max_responses(arguments.limit);
  plan.set_count(arguments.count);
  plan.set_first_number(arguments.first);
  all.set_show_tokens(true);
  RETURN_IF_ERROR(ReadWhere(arguments.where, *all.mutable_where()));
  InvitationPrinter printer(session, arguments.csv);
  auto fieldwork = session.ClientOf<v1::FieldworkService>();
  if (!arguments.units.empty()) {
    v1::BatchCreateInvitationsRequest some;
    some.set_parent(all.parent());
    *some.mutable_plan() = plan;
    for (const std::string& unit : arguments.units) some.add_units(unit);
    some.set_show_tokens(true);
    ASSIGN_OR_RETURN(const auto made, fieldwork.Call(&Stub::BatchCreateInvitations, some));
    for (const v1::Invitation& invitation : made.invitations()) printer.Add(invitation);
    printer.Finish();
    return absl::OkStatus();
  }
  const auto context = rpc::NewClientContext(kStreamTimeout);
  const auto reader = fieldwork.stub().CreateInvitations(context.get(), all);
  v1::CreateInvitationsResponse message;
  while (reader->Read(&message)) {
    for (const v1::Invitation& invitation : message.invitations()) printer.Add(invitation);
  }
  printer.Finish();
  return rpc::FromGrpcStatus(reader->Finish());
}

absl::Status ListInvitations(Session& session, const FieldworkArguments& arguments) {
  v1::ListInvitationsRequest request;
  request.set_parent(Named("waves/", arguments.wave));
  if (!arguments.role.empty()) {
    ASSIGN_OR_RETURN(const v1::Role role, FieldworkEnum<v1::Role>(arguments.role, "--role"));
    request.set_role(role);
  }
  request.set_show_tokens(arguments.csv || session.json);
  request.set_page_size(1000);
  InvitationPrinter printer(session, arguments.csv);
  auto fieldwork = session.ClientOf<v1::FieldworkService>();
  RETURN_IF_ERROR(ForEachPage<v1::ListInvitationsResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return fieldwork.Call(&Stub::ListInvitations, request);
      },
      [&](const v1::ListInvitationsResponse& page) {
        for (const v1::Invitation& invitation : page.invitations()) printer.Add(invitation);
        return true;
      }));
  printer.Finish();
  return absl::OkStatus();
}

absl::Status Revoke(Session& session, const FieldworkArguments& arguments) {
  v1::RevokeInvitationRequest request;
  request.set_name(arguments.name);
  request.set_reason(arguments.reason);
  ASSIGN_OR_RETURN(const v1::Invitation revoked,
                   session.ClientOf<v1::FieldworkService>().Call(&Stub::RevokeInvitation, request));
  if (session.json) {
    session.PrintJson(revoked);
  } else {
    session.Print(absl::StrCat("Revoked ", revoked.name(), "\n"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddInvitationCommands(CLI::App& fieldwork, Session& session) {
  {
    const auto [command, arguments] = AddFieldworkCommand(
        fieldwork, session, "invite",
        "Make invitations, the same ones again when repeated, and show their tokens", &Invite);
    AddWaveOption(*command, *arguments);
    AddRoleOption(*command, *arguments)->required();
    command->add_option("--unit", arguments->units, "Only for these units; by default for all");
    AddWhereOption(*command, *arguments);
    command->add_option("--kind", arguments->kind, "single_use or group")->capture_default_str();
    command->add_option("--max", arguments->limit, "The most responses with a group's token");
    command->add_option("--count", arguments->count, "How many per unit")->capture_default_str();
    command->add_option("--first", arguments->first, "The number of the first")
        ->capture_default_str();
    command->add_flag("--csv", arguments->csv, "CSV for a mail merge");
  }
  {
    const auto [command, arguments] = AddFieldworkCommand(fieldwork, session, "invitations",
                                                          "List invitations", &ListInvitations);
    AddWaveOption(*command, *arguments);
    AddRoleOption(*command, *arguments);
    command->add_flag("--csv", arguments->csv, "CSV with tokens, for a mail merge");
  }
  {
    const auto [command, arguments] =
        AddFieldworkCommand(fieldwork, session, "revoke", "Take an invitation back", &Revoke);
    command->add_option("invitation", arguments->name, "waves/{wave}/invitations/{invitation}")
        ->required();
    command->add_option("--reason", arguments->reason, "Why, for the record");
  }
}

}  // namespace vg::cli
