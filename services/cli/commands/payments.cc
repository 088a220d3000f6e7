#include "services/cli/commands/payments.h"

#include <memory>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/send_file.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/payment_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::PaymentService::Stub;

struct ImportArguments {
  std::string file, id;
  bool skip_refused = false, dry_run = false;
};

absl::Status ImportPayees(Session& session, const ImportArguments& arguments) {
  v1::ImportPayeesRequest first;
  v1::ImportPayeesTerms& terms = *first.mutable_terms();
  terms.set_change_id(arguments.id.empty() ? IdOf(arguments.file) : arguments.id);
  terms.set_skip_refused(arguments.skip_refused);
  terms.set_validate_only(arguments.dry_run);
  const auto payments = session.ClientOf<v1::PaymentService>();
  ASSIGN_OR_RETURN(const auto response,
                   (SendFile<v1::ImportPayeesRequest, v1::ImportPayeesResponse>(
                       arguments.file, first, [&](auto* context, auto* answer) {
                         return payments.stub().ImportPayees(context, answer);
                       })));
  if (session.json) {
    session.PrintJson(response);
  } else {
    PrintRefusedRows(session, response.refused_rows(), response.refused_count());
  }
  const bool can_be_proposed = arguments.dry_run && response.refused_count() == 0;
  if (!response.has_payee_change() && !can_be_proposed) {
    return Error(absl::StatusCode::kInvalidArgument, "ROWS_REFUSED",
                 "nothing was proposed: correct the rows above, or leave them out with "
                 "--skip-refused");
  }
  if (session.json) return absl::OkStatus();
  if (can_be_proposed) {
    session.Print(absl::StrCat(Number(response.account_count()), " accounts can be proposed.\n"));
  } else {
    session.Print(absl::StrCat("Proposed ", Number(response.payee_change().account_count()),
                               " accounts as ", response.payee_change().name(),
                               "; somebody else approves them with\n  voortgang payments payees "
                               "approve ",
                               IdOf(response.payee_change().name()), "\n"));
  }
  return absl::OkStatus();
}

absl::Status Decide(Session& session, const std::string& change, v1::PayeeChangeState decision,
                    const std::string& reason) {
  v1::DecidePayeeChangeRequest request;
  request.set_name(Named("payeeChanges/", change));
  request.set_decision(decision);
  request.set_reason(reason);
  ASSIGN_OR_RETURN(const v1::PayeeChange decided,
                   session.ClientOf<v1::PaymentService>().Call(&Stub::DecidePayeeChange, request));
  if (session.json) {
    session.PrintJson(decided);
  } else {
    session.Print(absl::StrCat(decided.name(), " is ", EnumText(decided.state()), " by ",
                               decided.decider(), "\n"));
  }
  return absl::OkStatus();
}

absl::Status Changes(Session& session) {
  const auto payments = session.ClientOf<v1::PaymentService>();
  Table table({{"Proposal"},
               {"State"},
               {"Accounts", Align::kRight},
               {"Proposed by"},
               {"Decided by"},
               {"Reason"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListPayeeChangesResponse>(
      [&](const std::string& token) {
        v1::ListPayeeChangesRequest request;
        request.set_page_token(token);
        return payments.Call(&Stub::ListPayeeChanges, request);
      },
      [&](const v1::ListPayeeChangesResponse& page) {
        for (const v1::PayeeChange& change : page.payee_changes()) {
          if (session.json) {
            session.PrintJson(change);
          } else {
            table.Add({change.name(), EnumText(change.state()), Number(change.account_count()),
                       change.proposer(), change.decider(), change.reason()});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

struct ListArguments {
  std::string change, date, payee;
};

absl::Status Accounts(Session& session, const ListArguments& arguments) {
  v1::ListPayeeAccountsRequest request;
  request.set_page_size(1000);
  if (!arguments.change.empty()) request.set_parent(Named("payeeChanges/", arguments.change));
  if (!arguments.payee.empty()) request.set_payee(Named("payees/", arguments.payee));
  if (!arguments.date.empty() && !ParseDate(arguments.date, request.mutable_date())) {
    return InvalidField("--date", "IMPOSSIBLE_DATE", "must be a day such as 2021-11-25");
  }
  const auto payments = session.ClientOf<v1::PaymentService>();
  Table table({{"Payee"}, {"Name"}, {"Account"}, {"Country"}, {"From"}, {"Until"}, {"Source"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListPayeeAccountsResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return payments.Call(&Stub::ListPayeeAccounts, request);
      },
      [&](const v1::ListPayeeAccountsResponse& page) {
        for (const v1::PayeeAccount& account : page.payee_accounts()) {
          if (session.json) {
            session.PrintJson(account);
          } else {
            table.Add({account.payee(), account.title(), AccountText(account.account()),
                       account.country(), Day(account.valid_from()),
                       account.has_valid_until() ? Day(account.valid_until()) : "",
                       account.source()});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

}  // namespace

std::string AccountText(const v1::BankAccount& account) {
  return account.iban().empty() ? absl::StrCat(account.account_number(), " at ", account.bic())
                                : account.iban();
}

void PrintRefusedRows(const Session& session,
                      const google::protobuf::RepeatedPtrField<v1::RefusedFileRow>& rows,
                      int64_t total) {
  if (rows.empty()) return;
  Table table({{"Line", Align::kRight}, {"Column"}, {"Reason"}, {"What is wrong"}});
  for (const v1::RefusedFileRow& row : rows) {
    table.Add({Number(row.line()), row.column(), row.reason(), row.sentence()});
  }
  session.Print(table);
  session.Print(absl::StrCat(Number(total), total == 1 ? " row was" : " rows were", " refused.\n"));
}

void AddPayeeCommands(CLI::App& payments, Session& session) {
  CLI::App* payees = payments.add_subcommand("payees", "Whose account money goes to");
  payees->require_subcommand(1);

  auto import = std::make_shared<ImportArguments>();
  CLI::App* add = payees->add_subcommand("import", "Propose accounts from a CSV file");
  add->footer(
      "Columns: payee (a board, such as 40740, or a municipality, such as GM0363), name, iban,\n"
      "account_number and bic (for banks without IBANs), country, valid_from, valid_until, "
      "source.\n"
      "Nothing is paid to an account before somebody else has approved it.");
  add->add_option("file", import->file, "The file")->required();
  add->add_option("--id", import->id, "The proposal's id; by default the file's name");
  add->add_flag("--skip-refused", import->skip_refused, "Propose the right rows all the same");
  add->add_flag("--dry-run", import->dry_run, "Check the file, propose nothing");
  session.OnRun(add, [&session, import] { return ImportPayees(session, *import); });

  for (const bool approve : {true, false}) {
    auto change = std::make_shared<std::string>();
    auto reason = std::make_shared<std::string>();
    CLI::App* decide = payees->add_subcommand(
        approve ? "approve" : "reject",
        approve ? "Approve accounts that somebody else proposed" : "Reject proposed accounts");
    decide->add_option("proposal", *change, "The proposal's id")->required();
    decide->add_option("--reason", *reason, "Why");
    session.OnRun(decide, [&session, change, reason, approve] {
      return Decide(session, *change,
                    approve ? v1::PAYEE_CHANGE_STATE_APPROVED : v1::PAYEE_CHANGE_STATE_REJECTED,
                    *reason);
    });
  }

  CLI::App* changes = payees->add_subcommand("proposals", "List what was proposed and decided");
  session.OnRun(changes, [&session] { return Changes(session); });

  auto list = std::make_shared<ListArguments>();
  CLI::App* accounts = payees->add_subcommand("list", "List accounts that hold on a day");
  accounts->add_option("--date", list->date, "The day; by default today");
  accounts->add_option("--payee", list->payee, "Only of this board or municipality");
  accounts->add_option("--proposal", list->change, "Those of a proposal instead");
  session.OnRun(accounts, [&session, list] { return Accounts(session, *list); });
}

void AddPaymentsCommands(CLI::App& app, Session& session) {
  CLI::App* payments =
      app.add_subcommand("payments", "Payees, payment files, and the bank's statements");
  payments->require_subcommand(1);
  payments->footer(
      "A month in order:\n"
      "  voortgang payments batch 2021-11 --execution 2021-11-25 --snapshot 2020-10-01 \\\n"
      "      --payer \"Ministerie van OCW\" --iban NL86INGB0002445588\n"
      "  voortgang payments export 2021-11-eur-1 --csv --preview   shows what it would pay\n"
      "  voortgang payments authorise 2021-11-eur-1         by somebody else than who prepared it\n"
      "  voortgang payments export 2021-11-eur-1            writes 2021-11-eur-1.xml for the bank\n"
      "  voortgang payments reconcile statement.xml         reads what the bank says it did\n"
      "  voortgang payments differences                     what people must look at\n"
      "  voortgang payments resolve 3f9a12bcde01-2 --kind fee --note \"bank costs of November\"");
  AddPayeeCommands(*payments, session);
  AddBatchCommands(*payments, session);
  AddStatementCommands(*payments, session);
}

}  // namespace vg::cli
