#include "services/funding/api/ledger_service.h"

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/page_token.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/ledger_conversions.h"
#include "services/funding/api/names.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

constexpr size_t kStatementEntries = 1000;

absl::StatusOr<Moment> MomentOf(const v1::ListBalancesRequest& request) {
  Moment moment;
  if (request.has_effective_date()) {
    ASSIGN_OR_RETURN(moment.effective, rpc::FromProto(request.effective_date(), "effective_date"));
  }
  if (request.has_record_time()) {
    ASSIGN_OR_RETURN(moment.recorded, rpc::FromProto(request.record_time(), "record_time"));
  }
  return moment;
}

absl::Status WrongToken() {
  return InvalidField("page_token", "PAGE_TOKEN_MISMATCH", "is not a token of this list");
}

absl::StatusOr<std::optional<Account>> AccountAfter(std::string_view position) {
  if (position.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const std::vector<std::string> keys, rpc::UnpackPosition(position, 3));
  const std::optional<Purpose> purpose = PurposeNamed(keys[1]);
  const absl::StatusOr<Currency> currency = Currency::FromCode(keys[2]);
  if (!purpose.has_value() || !currency.ok()) return WrongToken();
  return Account{keys[0], *purpose, *currency};
}

// NOT_FOUND unless there is a book of `name`.
absl::StatusOr<Book> BookNamed(LedgerStore& ledger, std::string_view name, std::string_view field) {
  ASSIGN_OR_RETURN(const std::string wanted, ParseBook(name, field));
  ASSIGN_OR_RETURN(std::vector<Book> books, ledger.Books());
  for (Book& book : books) {
    if (book.name == wanted) return std::move(book);
  }
  return NotFound(name);
}

}  // namespace

LedgerService::LedgerService(LedgerStore& ledger, PaymentPlanStore& plan, rpc::CallPipeline& calls)
    : ledger_(ledger), plan_(plan), calls_(calls) {
  calls_.SetUnaryDeadline("VerifyLedger", absl::Minutes(5));
}

grpc::ServerUnaryReactor* LedgerService::ListBooks(grpc::CallbackServerContext* context,
                                                   const v1::ListBooksRequest* request,
                                                   v1::ListBooksResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&LedgerService::DoListBooks, this));
}

grpc::ServerUnaryReactor* LedgerService::ListBalances(grpc::CallbackServerContext* context,
                                                      const v1::ListBalancesRequest* request,
                                                      v1::ListBalancesResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&LedgerService::DoListBalances, this));
}

grpc::ServerUnaryReactor* LedgerService::ListEntries(grpc::CallbackServerContext* context,
                                                     const v1::ListEntriesRequest* request,
                                                     v1::ListEntriesResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&LedgerService::DoListEntries, this));
}

grpc::ServerUnaryReactor* LedgerService::GetStatement(grpc::CallbackServerContext* context,
                                                      const v1::GetStatementRequest* request,
                                                      v1::RecipientStatement* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&LedgerService::DoGetStatement, this));
}

grpc::ServerUnaryReactor* LedgerService::VerifyLedger(grpc::CallbackServerContext* context,
                                                      const v1::VerifyLedgerRequest* request,
                                                      v1::VerifyLedgerResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&LedgerService::DoVerify, this));
}

absl::Status LedgerService::DoListBooks(const v1::ListBooksRequest&,
                                        v1::ListBooksResponse& response) {
  ASSIGN_OR_RETURN(const std::vector<Book> books, ledger_.Books());
  for (const Book& book : books) {
    v1::LedgerBook& shown = *response.add_books();
    shown.set_name(BookName(book.name));
    shown.set_entry_count(book.entries);
    shown.set_digest(book.digest);
    *shown.mutable_record_time() = rpc::ToProto(book.recorded);
    ASSIGN_OR_RETURN(const std::vector<Balance> totals, ledger_.Totals(book.name, {}));
    for (const Balance& total : totals) *shown.add_totals() = ToProto(total);
  }
  return absl::OkStatus();
}

absl::Status LedgerService::DoListBalances(const v1::ListBalancesRequest& request,
                                           v1::ListBalancesResponse& response) {
  ASSIGN_OR_RETURN(const Book book, BookNamed(ledger_, request.parent(), "parent"));
  ASSIGN_OR_RETURN(const Moment moment, MomentOf(request));
  if (request.totals_only()) {
    ASSIGN_OR_RETURN(const std::vector<Balance> totals, ledger_.Totals(book.name, moment));
    for (const Balance& total : totals) *response.add_balances() = ToProto(total);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 100, .max_size = 1000}));
  ASSIGN_OR_RETURN(const std::optional<Account> after, AccountAfter(page.position));
  const std::optional<std::string_view> recipient =
      request.recipient().empty() ? std::nullopt
                                  : std::optional<std::string_view>(request.recipient());
  ASSIGN_OR_RETURN(std::vector<Balance> balances,
                   ledger_.Balances(book.name, moment, recipient, after, page.size + 1));
  if (balances.size() > page.size) {
    balances.pop_back();
    const Account& last = balances.back().account;
    response.set_next_page_token(rpc::NextPageToken(
        request, rpc::PackPosition({last.recipient, std::string(NameOf(last.purpose)),
                                    std::string(last.currency.code())})));
  }
  for (const Balance& balance : balances) *response.add_balances() = ToProto(balance);
  return absl::OkStatus();
}

absl::Status LedgerService::DoListEntries(const v1::ListEntriesRequest& request,
                                          v1::ListEntriesResponse& response) {
  ASSIGN_OR_RETURN(const Book book, BookNamed(ledger_, request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 100, .max_size = 1000}));
  int64_t after = 0;
  if (!page.position.empty() && !absl::SimpleAtoi(page.position, &after)) return WrongToken();
  ASSIGN_OR_RETURN(const std::optional<EntryKind> kind, FromProto(request.kind()));
  const EntryFilter filter{
      .recipient = request.recipient(), .source = request.source(), .kind = kind};
  ASSIGN_OR_RETURN(std::vector<RecordedEntry> entries,
                   ledger_.Entries(book.name, filter, after, page.size + 1));
  if (entries.size() > page.size) {
    entries.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, absl::StrCat(entries.back().number)));
  }
  for (const RecordedEntry& entry : entries) *response.add_entries() = ToProto(entry);
  return absl::OkStatus();
}

absl::Status LedgerService::DoGetStatement(const v1::GetStatementRequest& request,
                                           v1::RecipientStatement& response) {
  ASSIGN_OR_RETURN(const Book book, BookNamed(ledger_, request.name(), "name"));
  response.set_book(request.name());
  response.set_recipient(request.recipient());
  std::deque<RecordedEntry> entries;
  for (int64_t after = 0;;) {
    ASSIGN_OR_RETURN(
        std::vector<RecordedEntry> page,
        ledger_.Entries(book.name, {.recipient = request.recipient()}, after, kStatementEntries));
    for (RecordedEntry& entry : page) {
      after = entry.number;
      std::erase_if(entry.entry.postings, [&](const Posting& posting) {
        return posting.recipient != request.recipient();
      });
      entries.push_back(std::move(entry));
      if (entries.size() <= kStatementEntries) continue;
      entries.pop_front();
      response.set_entries_left_out(true);
    }
    if (page.size() < kStatementEntries) break;
  }
  if (entries.empty()) {
    return NotFound(absl::StrCat(request.name(), "/recipients/", request.recipient()));
  }
  for (const RecordedEntry& entry : entries) *response.add_entries() = ToProto(entry);
  ASSIGN_OR_RETURN(
      const std::vector<Balance> balances,
      ledger_.Balances(book.name, {}, request.recipient(), std::nullopt, kStatementEntries));
  for (const Balance& balance : balances) *response.add_balances() = ToProto(balance);
  ASSIGN_OR_RETURN(const std::vector<PlannedPayment> payments,
                   plan_.OfRecipient(book.name, request.recipient()));
  for (const PlannedPayment& payment : payments) *response.add_payments() = ToProto(payment);
  return absl::OkStatus();
}

absl::Status LedgerService::DoVerify(const v1::VerifyLedgerRequest& request,
                                     v1::VerifyLedgerResponse& response) {
  ASSIGN_OR_RETURN(const Book book, BookNamed(ledger_, request.name(), "name"));
  ASSIGN_OR_RETURN(const Verification found, ledger_.Verify(book.name));
  response.set_sound(found.fault.empty());
  response.set_verified_count(found.entries);
  response.set_digest(found.digest);
  response.set_broken_entry(found.broken_entry);
  response.set_fault(found.fault);
  return absl::OkStatus();
}

}  // namespace vg::funding
