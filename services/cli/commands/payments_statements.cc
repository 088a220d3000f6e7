#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/send_file.h"
#include "services/cli/commands/payments.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/payment_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::PaymentService::Stub;

Table DifferenceTable() {
  return Table({{"Difference"},
                {"What"},
                {"Day"},
                {"Amount", Align::kRight},
                {"Other side"},
                {"End-to-end id"},
                {"Statement"},
                {"State"},
                {"What is known"}});
}

// What is wrong, or how it was dealt with.
std::string WhatIsKnown(const v1::PaymentDifference& difference) {
  if (!difference.has_resolution()) return difference.sentence();
  const v1::DifferenceResolution& resolution = difference.resolution();
  return absl::StrCat(
      EnumText(resolution.kind()), ": ", resolution.note(), " (", resolution.resolver(),
      resolution.confirmer().empty() ? "" : absl::StrCat(", confirmed by ", resolution.confirmer()),
      ")");
}

void Add(const v1::PaymentDifference& difference, Table& table) {
  table.Add({IdOf(difference.name()), EnumText(difference.kind()), Day(difference.date()),
             Amount(difference.amount()),
             difference.counter_title().empty() ? difference.counter_account()
                                                : difference.counter_title(),
             difference.end_to_end_id(),
             difference.statement().empty() ? difference.payment_batch() : difference.statement(),
             EnumText(difference.state()), WhatIsKnown(difference)});
}

Table StatementTable() {
  return Table({{"Statement"},
                {"Account"},
                {"Up to"},
                {"Transactions", Align::kRight},
                {"Confirmed", Align::kRight},
                {"Returned", Align::kRight},
                {"Differences", Align::kRight},
                {""}});
}

void Add(const v1::BankStatement& statement, Table& table) {
  table.Add({statement.statement(), statement.account(), Day(statement.last_day()),
             Number(statement.transaction_count()), Number(statement.confirmed_count()),
             Number(statement.returned_count()), Number(statement.difference_count()),
             statement.repeated_import() ? "read before" : ""});
}

struct ReconcileArguments {
  std::string file, statement, account, currency, opening, closing;
  bool dry_run = false;
};

absl::Status SetBalance(const std::string& text, const char* option, google::type::Money& money) {
  const absl::StatusOr<Money> amount = MoneyFromText(text);
  if (!amount.ok()) {
    return InvalidField(option, "BAD_AMOUNT", "must be an amount such as 1250.50");
  }
  money = rpc::ToProto(*amount);
  return absl::OkStatus();
}

absl::Status Reconcile(Session& session, const ReconcileArguments& arguments) {
  v1::ReconcileStatementRequest first;
  v1::ReconcileStatementTerms& terms = *first.mutable_terms();
  terms.set_format(absl::EndsWithIgnoreCase(arguments.file, ".csv") ? v1::STATEMENT_FORMAT_CSV
                                                                    : v1::STATEMENT_FORMAT_CAMT053);
  terms.set_statement(arguments.statement);
  terms.set_account(arguments.account);
  terms.set_currency(arguments.currency);
  if (!arguments.opening.empty()) {
    RETURN_IF_ERROR(SetBalance(arguments.opening, "--opening", *terms.mutable_opening_balance()));
  }
  if (!arguments.closing.empty()) {
    RETURN_IF_ERROR(SetBalance(arguments.closing, "--closing", *terms.mutable_closing_balance()));
  }
  terms.set_validate_only(arguments.dry_run);
  const auto payments = session.ClientOf<v1::PaymentService>();
  ASSIGN_OR_RETURN(const auto response,
                   (SendFile<v1::ReconcileStatementRequest, v1::ReconcileStatementResponse>(
                       arguments.file, first, [&](auto* context, auto* answer) {
                         return payments.stub().ReconcileStatement(context, answer);
                       })));
  if (session.json) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  Table statements = StatementTable();
  for (const v1::BankStatement& one : response.bank_statements()) Add(one, statements);
  session.Print(statements);
  if (!response.differences().empty()) {
    Table differences = DifferenceTable();
    for (const v1::PaymentDifference& one : response.differences()) Add(one, differences);
    session.Print(differences);
  }
  return absl::OkStatus();
}

absl::Status Statements(Session& session) {
  const auto payments = session.ClientOf<v1::PaymentService>();
  Table table = StatementTable();
  RETURN_IF_ERROR(ForEachPage<v1::ListBankStatementsResponse>(
      [&](const std::string& token) {
        v1::ListBankStatementsRequest request;
        request.set_page_token(token);
        return payments.Call(&Stub::ListBankStatements, request);
      },
      [&](const v1::ListBankStatementsResponse& page) {
        for (const v1::BankStatement& one : page.bank_statements()) {
          if (session.json) {
            session.PrintJson(one);
          } else {
            Add(one, table);
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

struct DifferenceArguments {
  std::string kind, statement, date, state = "open";
};

// Sets `request` to the differences in `state`; false for a word that is none.
bool SetState(const std::string& state, v1::ListPaymentDifferencesRequest& request) {
  if (state == "all") return true;
  const int value = EnumValue(v1::DifferenceState_descriptor(), state);
  request.set_state(static_cast<v1::DifferenceState>(value));
  return value > 0;
}

absl::Status Differences(Session& session, const DifferenceArguments& arguments) {
  v1::ListPaymentDifferencesRequest request;
  request.set_statement(arguments.statement);
  request.set_page_size(1000);
  if (!SetState(arguments.state, request)) {
    return InvalidField("--state", "UNKNOWN_VALUE", "must be open, proposed, resolved or all");
  }
  if (!arguments.kind.empty()) {
    const int kind = EnumValue(v1::PaymentDifferenceKind_descriptor(), arguments.kind);
    if (kind < 1) {
      return InvalidField("--kind", "UNKNOWN_VALUE",
                          "must be unknown, wrong_amount, wrong_account, double, ambiguous, "
                          "not_exported or missing");
    }
    request.set_kind(static_cast<v1::PaymentDifferenceKind>(kind));
  }
  if (!arguments.date.empty() && !ParseDate(arguments.date, request.mutable_date())) {
    return InvalidField("--date", "IMPOSSIBLE_DATE", "must be a day such as 2021-11-25");
  }
  const auto payments = session.ClientOf<v1::PaymentService>();
  Table table = DifferenceTable();
  RETURN_IF_ERROR(ForEachPage<v1::ListPaymentDifferencesResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return payments.Call(&Stub::ListPaymentDifferences, request);
      },
      [&](const v1::ListPaymentDifferencesResponse& page) {
        for (const v1::PaymentDifference& one : page.payment_differences()) {
          if (session.json) {
            session.PrintJson(one);
          } else {
            Add(one, table);
          }
        }
        return true;
      }));
  if (session.json) return absl::OkStatus();
  if (table.empty()) {
    session.Print(arguments.state == "all"
                      ? "There are no differences.\n"
                      : absl::StrCat("No difference is ", arguments.state, ".\n"));
    return absl::OkStatus();
  }
  session.Print(table);
  if (arguments.state == "open") {
    session.Print(
        "Say what one is with\n  voortgang payments resolve DIFFERENCE --kind "
        "paid|returned|corrected|fee|not_ours|accepted --note \"…\"\n");
  }
  return absl::OkStatus();
}

struct ResolveArguments {
  std::string difference, kind, note, transfer, reason;
};

void PrintResolved(const Session& session, const v1::PaymentDifference& difference) {
  if (session.json) {
    session.PrintJson(difference);
    return;
  }
  Table table = DifferenceTable();
  Add(difference, table);
  session.Print(table);
  if (difference.state() == v1::DIFFERENCE_STATE_PROPOSED) {
    session.Print(absl::StrCat(
        "It moves money, so somebody else confirms it with\n  voortgang payments confirm ",
        IdOf(difference.name()), "\n"));
  }
}

absl::Status Resolve(Session& session, const ResolveArguments& arguments) {
  v1::ResolvePaymentDifferenceRequest request;
  request.set_name(Named("paymentDifferences/", arguments.difference));
  const int kind = EnumValue(v1::DifferenceResolutionKind_descriptor(), arguments.kind);
  if (kind < 1) {
    return InvalidField("--kind", "UNKNOWN_VALUE",
                        "must be paid, returned, corrected, fee, not_ours or accepted");
  }
  request.set_kind(static_cast<v1::DifferenceResolutionKind>(kind));
  request.set_note(arguments.note);
  request.set_end_to_end_id(arguments.transfer);
  ASSIGN_OR_RETURN(
      const v1::PaymentDifference difference,
      session.ClientOf<v1::PaymentService>().Call(&Stub::ResolvePaymentDifference, request));
  PrintResolved(session, difference);
  return absl::OkStatus();
}

absl::Status DecideResolution(Session& session, const ResolveArguments& arguments, bool reject) {
  v1::DecideDifferenceResolutionRequest request;
  request.set_name(Named("paymentDifferences/", arguments.difference));
  request.set_reject(reject);
  request.set_reason(arguments.reason);
  ASSIGN_OR_RETURN(
      const v1::PaymentDifference difference,
      session.ClientOf<v1::PaymentService>().Call(&Stub::DecideDifferenceResolution, request));
  PrintResolved(session, difference);
  return absl::OkStatus();
}

}  // namespace

void AddStatementCommands(CLI::App& payments, Session& session) {
  auto read = std::make_shared<ReconcileArguments>();
  CLI::App* reconcile = payments.add_subcommand(
      "reconcile", "Hold a statement of the bank against what was asked of it; again is safe");
  reconcile->footer(
      "XML is camt.053 (001.02 to 001.08). CSV has the columns booking_date, amount (negative: "
      "went\n"
      "out), end_to_end_id, instruction_id, counter_account, counter_name, reference,\n"
      "return_reason, remittance; it needs --statement and --account.");
  reconcile->add_option("file", read->file, "The bank's file, .xml or .csv")->required();
  reconcile->add_option("--statement", read->statement, "Of CSV: the bank's number of it");
  reconcile->add_option("--account", read->account, "Of CSV: the account");
  reconcile->add_option("--currency", read->currency, "Of CSV: EUR unless said otherwise");
  reconcile->add_option("--opening", read->opening, "Of CSV: the balance before");
  reconcile->add_option("--closing", read->closing, "Of CSV: the balance after");
  reconcile->add_flag("--dry-run", read->dry_run, "Reconcile, keep nothing");
  session.OnRun(reconcile, [&session, read] { return Reconcile(session, *read); });

  CLI::App* statements = payments.add_subcommand("statements", "List statements that were read");
  session.OnRun(statements, [&session] { return Statements(session); });

  auto wanted = std::make_shared<DifferenceArguments>();
  CLI::App* differences =
      payments.add_subcommand("differences", "List what people must look at: nothing was posted");
  differences->add_option("--kind", wanted->kind,
                          "unknown, wrong_amount, wrong_account, double, ambiguous, not_exported, "
                          "missing");
  differences->add_option("--statement", wanted->statement, "Only of this statement");
  differences->add_option("--date", wanted->date, "The day on which payments are missing");
  differences->add_option("--state", wanted->state, "open, proposed, resolved or all")
      ->capture_default_str();
  session.OnRun(differences, [&session, wanted] { return Differences(session, *wanted); });

  auto made = std::make_shared<ResolveArguments>();
  CLI::App* resolve = payments.add_subcommand("resolve", "Say what a difference turned out to be");
  resolve->footer(
      "paid       it is this transfer of ours\n"
      "returned   the money of this transfer did not arrive, or came back\n"
      "corrected  the bank put it right by another transaction\n"
      "fee        what the bank charges or pays\n"
      "not_ours   it has nothing to do with grants\n"
      "accepted   known, and left as it is\n"
      "paid and returned move money: they are posted once somebody else confirmed them.");
  resolve->add_option("difference", made->difference, "As `payments differences` calls it")
      ->required();
  resolve->add_option("--kind", made->kind, "What it turned out to be")->required();
  resolve->add_option("--note", made->note, "What was found out")->required();
  resolve->add_option("--transfer", made->transfer,
                      "Of paid and returned: the end-to-end id, if the bank did not give it");
  session.OnRun(resolve, [&session, made] { return Resolve(session, *made); });

  for (const bool reject : {false, true}) {
    auto decided = std::make_shared<ResolveArguments>();
    CLI::App* decide = payments.add_subcommand(
        reject ? "reject" : "confirm",
        reject ? "Reject what somebody proposed to do about a difference: it is open again"
               : "Confirm what somebody else proposed to do about a difference, and post it");
    decide->add_option("difference", decided->difference, "As `payments differences` calls it")
        ->required();
    decide->add_option("--reason", decided->reason, "Why");
    session.OnRun(decide, [&session, decided, reject] {
      return DecideResolution(session, *decided, reject);
    });
  }
}

}  // namespace vg::cli
