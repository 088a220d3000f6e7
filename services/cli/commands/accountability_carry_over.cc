#include <memory>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/cli/commands/accountability.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/accountability_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::AccountabilityService::Stub;

Table LineTable() {
  return Table({{"Recipient"},
                {"Unspent", Align::kRight},
                {"Carried over", Align::kRight},
                {"Claimed back", Align::kRight},
                {"Paid too much", Align::kRight}});
}
void Add(const v1::CarryOverLine& line, Table& table) {
  table.Add({line.recipient(), Amount(line.unspent()), Amount(line.carried()),
             Amount(line.claimed()), Amount(line.overpaid())});
}

// What came of it, in sentences.
std::string Summary(const v1::CarryOver& whole, bool dry_run) {
  const std::string what =
      absl::StrCat(Amount(whole.total()), " from ", whole.school_year(), " to ",
                   whole.next_school_year(), " for ", Number(whole.line_count()), " recipients");
  if (whole.has_reverse_time()) {
    return absl::StrCat(whole.name(), ", ", what, ", was undone by ", whole.reverser(), ": ",
                        whole.reverse_reason(), "\nNothing moved, and nothing is claimed by it.\n");
  }
  std::string text = absl::StrCat(dry_run ? "Would carry over " : "Carried over ", what);
  if (!whole.name().empty()) absl::StrAppend(&text, " as ", whole.name());
  absl::StrAppend(&text, "; it may be spent until ", Day(whole.spending_until()), " (",
                  whole.legal_reference(), ").\n");
  if (!whole.recovery().empty()) {
    absl::StrAppend(&text, Amount(whole.claimed()), dry_run ? " would be" : " is", " claimed back",
                    dry_run ? "" : absl::StrCat(" as ", whole.recovery()), ".\n");
  }
  if (whole.overpaid().units() != 0 || whole.overpaid().nanos() != 0) {
    absl::StrAppend(&text, Amount(whole.overpaid()), " that was paid too much",
                    dry_run ? " would move" : " moved", " too; payments of ",
                    whole.next_school_year(), " are that much less.\n");
  }
  return text;
}

struct CarryOverArguments {
  std::string id, grant, school_year, reason;
  bool dry_run = false;
};

absl::Status CarryOver(Session& session, const CarryOverArguments& arguments) {
  v1::CarryOverUnspentRequest request;
  request.set_carry_over_id(arguments.id);
  request.set_grant(arguments.grant);
  request.set_school_year(arguments.school_year);
  request.set_validate_only(arguments.dry_run);
  ASSIGN_OR_RETURN(const v1::CarryOverUnspentResponse response,
                   session.ClientOf<v1::AccountabilityService>().Call(&Stub::CarryOverUnspent,
                                                                      request, absl::Minutes(5)));
  if (session.json) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  Table table = LineTable();
  for (const v1::CarryOverLine& line : response.carry_over_lines()) Add(line, table);
  session.Print(table);
  session.Print(Summary(response.carry_over(), arguments.dry_run));
  return absl::OkStatus();
}

absl::Status Carried(Session& session, const std::string& id) {
  v1::ListCarryOverLinesRequest request;
  request.set_parent(Named("carryOvers/", id));
  request.set_page_size(1000);
  const auto accountability = session.ClientOf<v1::AccountabilityService>();
  Table table = LineTable();
  v1::CarryOver whole;
  RETURN_IF_ERROR(ForEachPage<v1::ListCarryOverLinesResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return accountability.Call(&Stub::ListCarryOverLines, request);
      },
      [&](const v1::ListCarryOverLinesResponse& page) {
        whole = page.carry_over();
        for (const v1::CarryOverLine& line : page.carry_over_lines()) {
          if (session.json) {
            session.PrintJson(line);
          } else {
            Add(line, table);
          }
        }
        return true;
      }));
  if (session.json) return absl::OkStatus();
  session.Print(table);
  session.Print(Summary(whole, false));
  return absl::OkStatus();
}

absl::Status Undo(Session& session, const CarryOverArguments& arguments) {
  v1::ReverseCarryOverRequest request;
  request.set_name(Named("carryOvers/", arguments.id));
  request.set_reason(arguments.reason);
  ASSIGN_OR_RETURN(const v1::CarryOver whole,
                   session.ClientOf<v1::AccountabilityService>().Call(&Stub::ReverseCarryOver,
                                                                      request, absl::Minutes(5)));
  if (session.json) {
    session.PrintJson(whole);
  } else {
    session.Print(Summary(whole, false));
  }
  return absl::OkStatus();
}

}  // namespace

void AddCarryOverCommands(CLI::App& accountability, Session& session) {
  auto wanted = std::make_shared<CarryOverArguments>();
  CLI::App* carry = accountability.add_subcommand("carry-over",
                                                  "Move what is unspent of a school year to the "
                                                  "next one, as the rules say, and claim the rest; "
                                                  "move what was paid too much");
  carry->add_option("id", wanted->id, "The carry-over's id, such as npo-2021-2022")->required();
  carry->add_option("--grant", wanted->grant, "Such as npo-schools")->required();
  carry->add_option("--from", wanted->school_year, "Whose money moves, such as 2021-2022")
      ->required();
  carry->add_flag("--dry-run", wanted->dry_run, "List what would move, at any time");
  session.OnRun(carry, [&session, wanted] { return CarryOver(session, *wanted); });

  auto shown = std::make_shared<std::string>();
  CLI::App* carried = accountability.add_subcommand("carried", "List what a carry-over moved");
  carried->add_option("id", *shown, "The carry-over's id")->required();
  session.OnRun(carried, [&session, shown] { return Carried(session, *shown); });

  auto undone = std::make_shared<CarryOverArguments>();
  CLI::App* undo = accountability.add_subcommand(
      "undo-carry-over", "Undo a carry-over: every posting gets its mirror");
  undo->add_option("id", undone->id, "The carry-over's id")->required();
  undo->add_option("--reason", undone->reason, "Why")->required();
  session.OnRun(undo, [&session, undone] { return Undo(session, *undone); });
}

}  // namespace vg::cli
