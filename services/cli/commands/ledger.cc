#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/funding.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/ledger_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::LedgerService::Stub;

// "grants/npo-schools/books/2021-2022" of "npo-schools/2021-2022".
absl::StatusOr<std::string> BookName(const std::string& text) {
  if (text.starts_with("grants/")) return text;
  const size_t slash = text.find('/');
  if (slash == std::string::npos) {
    return InvalidField("book", "MALFORMED",
                        absl::StrCat("must be GRANT/SCHOOL-YEAR, such as npo-schools/2021-2022; it "
                                     "is '",
                                     text, "'. `voortgang ledger books` lists them"));
  }
  return absl::StrCat("grants/", text.substr(0, slash), "/books/", text.substr(slash + 1));
}

// "npo-schools/2021-2022", back from its name.
std::string ShortBook(std::string name) {
  if (name.starts_with("grants/")) name.erase(0, 7);
  if (const size_t books = name.find("/books/"); books != std::string::npos) {
    name.replace(books, 7, "/");
  }
  return name;
}

absl::Status Books(Session& session) {
  ASSIGN_OR_RETURN(
      const v1::ListBooksResponse response,
      session.ClientOf<v1::LedgerService>().Call(&Stub::ListBooks, v1::ListBooksRequest()));
  if (session.json) {
    for (const v1::LedgerBook& book : response.books()) session.PrintJson(book);
    return absl::OkStatus();
  }
  Table table(
      {{"Book"}, {"Entries", Align::kRight}, {"Account"}, {"Amount", Align::kRight}, {"Digest"}});
  for (const v1::LedgerBook& book : response.books()) {
    bool first = true;
    for (const v1::LedgerBalance& total : book.totals()) {
      table.Add({first ? ShortBook(book.name()) : "", first ? Number(book.entry_count()) : "",
                 EnumText(total.purpose()), Amount(total.amount()),
                 first ? book.digest().substr(0, 12) : ""});
      first = false;
    }
  }
  session.Print(table);
  return absl::OkStatus();
}

struct BalanceArguments {
  std::string book, recipient, effective, recorded;
  bool totals = false;
  int limit = 50;
};

absl::StatusOr<v1::ListBalancesRequest> RequestOf(const BalanceArguments& arguments) {
  v1::ListBalancesRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), BookName(arguments.book));
  request.set_recipient(arguments.recipient);
  request.set_totals_only(arguments.totals);
  request.set_page_size(arguments.limit > 0 ? std::min(arguments.limit, 1000) : 1000);
  if (!arguments.effective.empty() &&
      !ParseDate(arguments.effective, request.mutable_effective_date())) {
    return InvalidField("--effective", "DATE_INVALID", "must be a day such as 2021-12-31");
  }
  if (!arguments.recorded.empty() && !google::protobuf::util::TimeUtil::FromString(
                                         arguments.recorded, request.mutable_record_time())) {
    return InvalidField("--recorded", "MALFORMED", "must be a time such as 2022-03-01T12:00:00Z");
  }
  return request;
}

absl::Status Balance(Session& session, const BalanceArguments& arguments) {
  const auto client = session.ClientOf<v1::LedgerService>();
  ASSIGN_OR_RETURN(v1::ListBalancesRequest request, RequestOf(arguments));
  Table table({{"Recipient"}, {"Account"}, {"Amount", Align::kRight}});
  int shown = 0;
  RETURN_IF_ERROR(ForEachPage<v1::ListBalancesResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return client.Call(&Stub::ListBalances, request);
      },
      [&](const v1::ListBalancesResponse& page) {
        for (const v1::LedgerBalance& balance : page.balances()) {
          if (arguments.limit > 0 && shown == arguments.limit) return false;
          ++shown;
          if (session.json) {
            session.PrintJson(balance);
          } else {
            table.Add({balance.recipient().empty() ? (arguments.totals ? "(all)" : "(the book)")
                                                   : balance.recipient(),
                       EnumText(balance.purpose()), Amount(balance.amount())});
          }
        }
        return arguments.limit == 0 || shown < arguments.limit;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

void AddPostings(const v1::LedgerEntry& entry, Table& table) {
  bool first = true;
  for (const v1::LedgerPosting& posting : entry.postings()) {
    table.Add({first ? Number(entry.number()) : "", first ? Day(entry.effective_date()) : "",
               first ? EnumText(entry.kind()) : "",
               absl::StrCat(posting.recipient(), posting.recipient().empty() ? "" : " ",
                            EnumText(posting.purpose())),
               posting.detail(), Amount(posting.amount()), first ? entry.actor() : "",
               first ? entry.source() : ""});
    first = false;
  }
}

Table EntryTable() {
  return Table({{"Entry", Align::kRight},
                {"Counts"},
                {"What"},
                {"Account"},
                {"Of"},
                {"Amount", Align::kRight},
                {"Who"},
                {"Follows from"}});
}

struct EntryArguments {
  std::string book, recipient, source, kind;
  int limit = 50;
};

absl::Status Entries(Session& session, const EntryArguments& arguments) {
  const auto client = session.ClientOf<v1::LedgerService>();
  v1::ListEntriesRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), BookName(arguments.book));
  request.set_recipient(arguments.recipient);
  request.set_source(arguments.source);
  if (!arguments.kind.empty()) {
    const int kind = EnumValue(v1::LedgerEntryKind_descriptor(), arguments.kind);
    if (kind <= 0) {
      return InvalidField("--kind", "UNKNOWN_VALUE",
                          "must be budget, allocation, correction, reversal, payment_order, "
                          "payment, return, spending, recovery, repayment or carry_over");
    }
    request.set_kind(static_cast<v1::LedgerEntryKind>(kind));
  }
  request.set_page_size(arguments.limit > 0 ? std::min(arguments.limit, 1000) : 1000);
  Table table = EntryTable();
  int shown = 0;
  RETURN_IF_ERROR(ForEachPage<v1::ListEntriesResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return client.Call(&Stub::ListEntries, request);
      },
      [&](const v1::ListEntriesResponse& page) {
        for (const v1::LedgerEntry& entry : page.entries()) {
          if (arguments.limit > 0 && shown == arguments.limit) return false;
          ++shown;
          if (session.json) {
            session.PrintJson(entry);
          } else {
            AddPostings(entry, table);
          }
        }
        return arguments.limit == 0 || shown < arguments.limit;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status ShowStatement(Session& session, const std::string& book,
                           const std::string& recipient) {
  v1::GetStatementRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), BookName(book));
  request.set_recipient(recipient);
  ASSIGN_OR_RETURN(const v1::RecipientStatement statement,
                   session.ClientOf<v1::LedgerService>().Call(&Stub::GetStatement, request));
  if (session.json) {
    session.PrintJson(statement);
    return absl::OkStatus();
  }
  Table entries = EntryTable();
  for (const v1::LedgerEntry& entry : statement.entries()) AddPostings(entry, entries);
  session.Print(entries);
  if (statement.entries_left_out()) {
    session.Print("Older entries are left out; `voortgang ledger entries` lists them all.\n");
  }
  Table payments({{"Payment", Align::kRight},
                  {"Month"},
                  {"State"},
                  {"Amount", Align::kRight},
                  {"Paid"},
                  {"Planned by"}});
  for (const v1::PlannedPayment& payment : statement.payments()) {
    payments.Add({Number(payment.number()), Day(payment.month()).substr(0, 7),
                  EnumText(payment.state()), Amount(payment.amount()),
                  payment.has_paid_date() ? Day(payment.paid_date()) : "", payment.approval()});
  }
  session.Print("\n");
  session.Print(payments);
  Table balances({{"Account"}, {"Now", Align::kRight}});
  for (const v1::LedgerBalance& balance : statement.balances()) {
    balances.Add({EnumText(balance.purpose()), Amount(balance.amount())});
  }
  session.Print("\n");
  session.Print(balances);
  return absl::OkStatus();
}

absl::Status Verify(Session& session, const std::string& book) {
  v1::VerifyLedgerRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), BookName(book));
  ASSIGN_OR_RETURN(
      const v1::VerifyLedgerResponse found,
      session.ClientOf<v1::LedgerService>().Call(&Stub::VerifyLedger, request, absl::Minutes(5)));
  if (session.json) {
    session.PrintJson(found);
  } else if (found.sound()) {
    session.Print(absl::StrCat(
        ShortBook(request.name()), " is whole: ", Number(found.verified_count()),
        " entries, each balanced and chained to the one before.\nDigest ", found.digest(),
        "\nKeep it elsewhere to show later that nothing before changed.\n"));
  }
  if (found.sound()) return absl::OkStatus();
  return Error(absl::StatusCode::kDataLoss, "LEDGER_BROKEN",
               absl::StrCat("entry ", found.broken_entry(), " of ", ShortBook(request.name()),
                            " is broken: ", found.fault(), "; the ", Number(found.verified_count()),
                            " before it are in order"),
               {{"entry", absl::StrCat(found.broken_entry())}});
}

}  // namespace

void AddLedgerCommands(CLI::App& app, Session& session) {
  CLI::App* ledger = app.add_subcommand("ledger", "Where the money of a grant is");
  ledger->require_subcommand(1);
  constexpr char kBook[] = "GRANT/SCHOOL-YEAR, such as npo-schools/2021-2022";

  CLI::App* books = ledger->add_subcommand("books", "List the books with what is in them");
  session.OnRun(books, [&session] { return Books(session); });

  auto balances = std::make_shared<BalanceArguments>();
  CLI::App* balance = ledger->add_subcommand(
      "balance",
      "What is in the accounts, now or at any moment.\n"
      "--effective asks by the day on which things count, --recorded by what was known then.");
  balance->add_option("book", balances->book, kBook)->required();
  balance->add_option("--recipient", balances->recipient, "Of one recipient, such as 16SW03");
  balance->add_option("--effective", balances->effective, "Count this day and before: 2021-12-31");
  balance->add_option("--recorded", balances->recorded,
                      "Count what was known at this time: 2022-03-01T12:00:00Z");
  balance->add_flag("--totals", balances->totals, "Add up over all recipients");
  balance->add_option("--limit", balances->limit, "The most to show; 0 for all")
      ->capture_default_str();
  session.OnRun(balance, [&session, balances] { return Balance(session, *balances); });

  auto listed = std::make_shared<EntryArguments>();
  CLI::App* entries = ledger->add_subcommand("entries", "List entries, the oldest first");
  entries->add_option("book", listed->book, kBook)->required();
  entries->add_option("--recipient", listed->recipient, "That post to one recipient");
  entries->add_option("--source", listed->source, "That follow from this: runs/a/approvals/1");
  entries->add_option("--kind", listed->kind, "Of one kind: budget, allocation, payment …");
  entries->add_option("--limit", listed->limit, "The most to show; 0 for all")
      ->capture_default_str();
  session.OnRun(entries, [&session, listed] { return Entries(session, *listed); });

  auto book = std::make_shared<std::string>();
  auto recipient = std::make_shared<std::string>();
  CLI::App* statement =
      ledger->add_subcommand("statement", "All that was granted and paid to one recipient");
  statement->add_option("book", *book, kBook)->required();
  statement->add_option("recipient", *recipient, "Such as 16SW03 or GM0363")->required();
  session.OnRun(statement,
                [&session, book, recipient] { return ShowStatement(session, *book, *recipient); });

  auto verified = std::make_shared<std::string>();
  CLI::App* verify = ledger->add_subcommand(
      "verify", "Add up every entry again and recompute the chain of digests");
  verify->add_option("book", *verified, kBook)->required();
  session.OnRun(verify, [&session, verified] { return Verify(session, *verified); });
}

}  // namespace vg::cli
