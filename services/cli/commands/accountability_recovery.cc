#include <memory>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/accountability.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/accountability_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::AccountabilityService::Stub;

Table ClaimTable() {
  return Table({{"Recipient"}, {"Claimed", Align::kRight}, {"Paid back", Align::kRight}});
}
void Add(const v1::RecoveryLine& line, Table& table) {
  table.Add({line.recipient(), Amount(line.claimed()), Amount(line.recovered())});
}

struct RecoverArguments {
  std::string id, grant;
  bool dry_run = false, overpaid_only = false;
};

absl::Status Recover(Session& session, const RecoverArguments& arguments) {
  v1::RecoverUnspentRequest request;
  request.set_recovery_id(arguments.id);
  request.set_grant(arguments.grant);
  request.set_validate_only(arguments.dry_run);
  request.set_overpaid_only(arguments.overpaid_only);
  ASSIGN_OR_RETURN(const v1::RecoverUnspentResponse response,
                   session.ClientOf<v1::AccountabilityService>().Call(&Stub::RecoverUnspent,
                                                                      request, absl::Minutes(5)));
  if (session.json) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  Table table = ClaimTable();
  for (const v1::RecoveryLine& line : response.recovery_lines()) Add(line, table);
  session.Print(table);
  session.Print(absl::StrCat(Amount(response.recovery().total()),
                             arguments.dry_run ? " would be" : " is", " claimed of ",
                             Number(response.recovery().line_count()), " recipients",
                             arguments.dry_run ? "; nothing was claimed"
                                               : absl::StrCat(" as ", response.recovery().name()),
                             ".\n"));
  return absl::OkStatus();
}

struct SettleArguments {
  std::string recovery, recipient, amount, date, reference;
};

absl::Status Settle(Session& session, const SettleArguments& arguments) {
  v1::SettleRecoveryRequest request;
  request.set_name(Named("recoveries/", arguments.recovery));
  request.set_recipient(HolderOrRecipient(arguments.recipient));
  const absl::StatusOr<Money> amount = MoneyFromText(arguments.amount);
  if (!amount.ok()) {
    return InvalidField("amount", "BAD_AMOUNT", "must be an amount such as 1250.50 or \"USD 10\"");
  }
  *request.mutable_amount() = rpc::ToProto(*amount);
  if (!ParseDate(arguments.date, request.mutable_date())) {
    return InvalidField("--date", "IMPOSSIBLE_DATE", "must be a day such as 2025-09-01");
  }
  request.set_reference(arguments.reference);
  ASSIGN_OR_RETURN(const v1::RecoveryLine line, session.ClientOf<v1::AccountabilityService>().Call(
                                                    &Stub::SettleRecovery, request));
  if (session.json) {
    session.PrintJson(line);
    return absl::OkStatus();
  }
  Table table = ClaimTable();
  Add(line, table);
  session.Print(table);
  return absl::OkStatus();
}

absl::Status Claims(Session& session, const std::string& recovery) {
  v1::ListRecoveryLinesRequest request;
  request.set_parent(Named("recoveries/", recovery));
  request.set_page_size(1000);
  const auto accountability = session.ClientOf<v1::AccountabilityService>();
  Table table = ClaimTable();
  v1::Recovery whole;
  RETURN_IF_ERROR(ForEachPage<v1::ListRecoveryLinesResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return accountability.Call(&Stub::ListRecoveryLines, request);
      },
      [&](const v1::ListRecoveryLinesResponse& page) {
        whole = page.recovery();
        for (const v1::RecoveryLine& line : page.recovery_lines()) {
          if (session.json) {
            session.PrintJson(line);
          } else {
            Add(line, table);
          }
        }
        return true;
      }));
  if (session.json) return absl::OkStatus();
  table.Add({"Total", Amount(whole.total()), Amount(whole.recovered())});
  session.Print(table);
  return absl::OkStatus();
}

}  // namespace

void AddRecoveryCommands(CLI::App& accountability, Session& session) {
  auto wanted = std::make_shared<RecoverArguments>();
  CLI::App* recover =
      accountability.add_subcommand("recover",
                                    "Claim back what is unspent after the end of the spending "
                                    "period, and what was paid too much");
  recover->add_option("id", wanted->id, "The recovery's id, such as npo-schools-2025")->required();
  recover->add_option("--grant", wanted->grant, "Such as npo-schools")->required();
  recover->add_flag("--dry-run", wanted->dry_run, "List what would be claimed, at any time");
  recover->add_flag("--overpaid-only", wanted->overpaid_only,
                    "Claim only what was paid too much, at any time");
  session.OnRun(recover, [&session, wanted] { return Recover(session, *wanted); });

  auto paid = std::make_shared<SettleArguments>();
  CLI::App* settle = accountability.add_subcommand(
      "settle", "Say that a recipient paid back; the same reference again does nothing");
  settle->add_option("recovery", paid->recovery, "The recovery's id")->required();
  settle->add_option("recipient", paid->recipient, "Such as 16SW03 or GM0363")->required();
  settle->add_option("amount", paid->amount, "Such as 1250.50")->required();
  settle->add_option("--date", paid->date, "The day on which it came in")->required();
  settle->add_option("--reference", paid->reference, "The bank's reference")->required();
  session.OnRun(settle, [&session, paid] { return Settle(session, *paid); });

  auto shown = std::make_shared<std::string>();
  CLI::App* claims = accountability.add_subcommand("claims", "List the claims of a recovery");
  claims->add_option("recovery", *shown, "The recovery's id")->required();
  session.OnRun(claims, [&session, shown] { return Claims(session, *shown); });
}

}  // namespace vg::cli
