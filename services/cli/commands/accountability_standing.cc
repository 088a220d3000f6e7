#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/numeric/exact.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/text/csv.h"
#include "services/cli/commands/accountability.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/accountability_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::AccountabilityService::Stub;

struct StatusArguments {
  std::string grant, date, recipient;
  int limit = 50;
};

void Add(const std::string& title, const v1::FundPosition& position, Table& table) {
  table.Add({title, Amount(position.received()), Amount(position.spent()),
             Amount(position.reserved()), Amount(position.remaining()),
             Amount(position.recoverable()), Amount(position.recovered())});
}

absl::Status Status(Session& session, const StatusArguments& arguments) {
  v1::ListFundPositionsRequest request;
  request.set_grant(arguments.grant);
  if (!arguments.recipient.empty()) request.set_recipient(HolderOrRecipient(arguments.recipient));
  if (!arguments.date.empty() && !ParseDate(arguments.date, request.mutable_date())) {
    return InvalidField("--date", "IMPOSSIBLE_DATE", "must be a day such as 2022-12-31");
  }
  request.set_page_size(1000);
  const auto accountability = session.ClientOf<v1::AccountabilityService>();
  Table table({{"Recipient"},
               {"Received", Align::kRight},
               {"Spent", Align::kRight},
               {"Reserved", Align::kRight},
               {"Remaining", Align::kRight},
               {"Recoverable", Align::kRight},
               {"Recovered", Align::kRight}});
  int shown = 0;
  v1::ListFundPositionsResponse first;
  bool shortened = false;
  RETURN_IF_ERROR(ForEachPage<v1::ListFundPositionsResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return accountability.Call(&Stub::ListFundPositions, request);
      },
      [&](const v1::ListFundPositionsResponse& page) {
        for (const v1::FundPosition& position : page.fund_positions()) {
          if (arguments.limit > 0 && shown == arguments.limit) {
            shortened = true;
            break;
          }
          ++shown;
          if (session.json) {
            session.PrintJson(position);
          } else {
            Add(position.recipient(), position, table);
          }
        }
        if (page.has_total()) first = page;
        shortened |= shown == arguments.limit && !page.next_page_token().empty();
        return arguments.limit == 0 || shown < arguments.limit;
      }));
  if (session.json) return absl::OkStatus();
  Add("Total of all", first.total(), table);
  session.Print(table);
  if (shortened) session.Print("There are more; --limit 0 shows all.\n");
  session.Print(absl::StrCat("The money may be spent until ", Day(first.spending_until()), ".\n"));
  return absl::OkStatus();
}

struct StatementArguments {
  std::string grant, holder, snapshot, csv;
  int year = 0;
  bool each = false;
};

std::string Cell(const v1::StatementLine& line) {
  if (line.has_text()) return Text(line.text());
  return line.has_amount() ? Amount(line.amount()) : PercentageText(line.percentage());
}

// The parts from `first` to `last`, side by side.
void PrintParts(const Session& session, const v1::AccountabilityStatement& statement, int first,
                int last) {
  std::vector<Column> columns = {{"Line"}, {"What"}};
  for (int i = first; i <= last; ++i) {
    const std::string& recipient = statement.parts(i).recipient();
    columns.push_back({recipient.empty() ? "Total" : IdOf(recipient), Align::kRight});
  }
  Table table(columns);
  for (int line = 0; line < statement.parts(last).lines_size(); ++line) {
    const v1::StatementLine& titled = statement.parts(last).lines(line);
    std::vector<std::string> cells = {titled.number(), Text(titled.title())};
    for (int i = first; i <= last; ++i) cells.push_back(Cell(statement.parts(i).lines(line)));
    table.Add(cells);
  }
  session.Print(table);
}

void PrintUnreported(const Session& session, const v1::AccountabilityStatement& statement) {
  if (statement.unreported().empty()) return;
  std::string codes;
  for (const std::string& missing : statement.unreported()) {
    absl::StrAppend(&codes, codes.empty() ? "" : ", ", IdOf(missing));
  }
  session.Print(absl::StrCat("No report on ", statement.year(), " (", statement.unreported_size(),
                             "): ", codes, "\n"));
}

// Few recipients are shown side by side; of more the total, or one after the other if `each`.
void PrintStatement(const Session& session, const v1::AccountabilityStatement& statement,
                    bool each) {
  const int total = statement.parts_size() - 1;
  const bool alone = total == 1;
  if (alone || total <= 3) {
    PrintParts(session, statement, 0, alone ? 0 : total);
  } else {
    for (int i = 0; each && i < total; ++i) {
      PrintParts(session, statement, i, i);
      session.Print("\n");
    }
    PrintParts(session, statement, total, total);
    if (!each) {
      session.Print(absl::StrCat("The total of ", total,
                                 " recipients; --each shows every one, --csv FILE writes all.\n"));
    }
  }
  session.Print(absl::StrCat(
      statement.holder(), ", ", statement.grant(), ", ", statement.year(),
      statement.code_provisional() ? "; the code could not be verified at its source" : "",
      "\nThe money may be spent until ", Day(statement.spending_until()), " (",
      statement.legal_reference(), ").\n"));
  PrintUnreported(session, statement);
}

absl::Status Statement(Session& session, const StatementArguments& arguments) {
  v1::GetAccountabilityStatementRequest request;
  request.set_grant(arguments.grant);
  request.set_holder(HolderOrRecipient(arguments.holder));
  request.set_year(arguments.year);
  if (!arguments.snapshot.empty()) request.set_snapshot(Named("snapshots/", arguments.snapshot));
  ASSIGN_OR_RETURN(const v1::AccountabilityStatement statement,
                   session.ClientOf<v1::AccountabilityService>().Call(
                       &Stub::GetAccountabilityStatement, request));
  if (!arguments.csv.empty()) {
    RETURN_IF_ERROR(WriteFile(arguments.csv, StatementCsv(statement)));
    if (!session.json) session.Print(absl::StrCat("Wrote ", arguments.csv, "\n"));
  }
  if (session.json) {
    session.PrintJson(statement);
  } else if (arguments.csv.empty()) {
    PrintStatement(session, statement, arguments.each);
  }
  return absl::OkStatus();
}

}  // namespace

std::string PercentageText(const std::string& exact) {
  const absl::StatusOr<Exact> share = Exact::FromText(exact);
  return share.ok() ? share->ToDecimal(1, Rounding::kHalfAwayFromZero) : exact;
}

std::string StatementCsv(const v1::AccountabilityStatement& statement) {
  std::string text;
  CsvWriter writer(&text);
  writer.Row({"holder", "grant", "year", "recipient", "line", "title", "currency", "amount",
              "percentage", "text"});
  for (const v1::StatementPart& part : statement.parts()) {
    for (const v1::StatementLine& line : part.lines()) {
      const absl::StatusOr<Money> amount = rpc::FromProto(line.amount(), "amount");
      writer.Cell(statement.holder())
          .Cell(statement.grant())
          .Cell(statement.year())
          .Cell(part.recipient().empty() ? "total" : part.recipient())
          .Cell(line.number())
          .WordsCell(line.title().nl())
          .Cell(line.has_amount() ? line.amount().currency_code() : "")
          .Cell(line.has_amount() && amount.ok() ? ToDecimal(*amount) : "")
          .Cell(PercentageText(line.percentage()))
          .Cell(line.text().nl())
          .EndRow();
    }
  }
  return text;
}

void AddStandingCommands(CLI::App& accountability, Session& session) {
  auto wanted = std::make_shared<StatusArguments>();
  CLI::App* status = accountability.add_subcommand(
      "status", "What recipients received, spent, reserved and have left, on any day");
  status->add_option("--grant", wanted->grant, "Such as npo-schools")->required();
  status->add_option("--date", wanted->date, "The day; by default today");
  status->add_option("--recipient", wanted->recipient, "Only of this school or municipality");
  status->add_option("--limit", wanted->limit, "The most to show; 0 for all")
      ->capture_default_str();
  session.OnRun(status, [&session, wanted] { return Status(session, *wanted); });

  auto asked = std::make_shared<StatementArguments>();
  CLI::App* statement = accountability.add_subcommand(
      "statement", "The statement of a board or municipality over a year, in the manner of SiSa");
  statement->add_option("holder", asked->holder, "Such as 40740 or GM0363")->required();
  statement->add_option("--grant", asked->grant, "Such as npo-schools")->required();
  statement->add_option("--year", asked->year, "The calendar year")->required();
  statement->add_option("--snapshot", asked->snapshot,
                        "Needed for a board: says which schools it has");
  statement->add_flag("--each", asked->each, "Show every recipient of a board with many");
  statement->add_option("--csv", asked->csv, "Write it to this file instead");
  session.OnRun(statement, [&session, asked] { return Statement(session, *asked); });
}

}  // namespace vg::cli
