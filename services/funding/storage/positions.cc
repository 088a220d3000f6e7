#include "services/funding/storage/positions.h"

#include <numeric>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/ledger/ledger.h"

namespace vg::funding {
namespace {

constexpr char kPostings[] =
    "SELECT p.recipient, p.purpose, e.kind, CAST(SUM(p.cents) AS BIGINT) FROM ledger_posting p "
    "JOIN ledger_entry e ON e.book = p.book AND e.number = p.number WHERE p.book = $1 "
    "AND p.recipient >= $2 AND p.recipient <= $3 AND p.currency = $4 AND e.effective_day <= $5 "
    "GROUP BY p.recipient, p.purpose, e.kind";
constexpr char kTotals[] =
    "SELECT p.purpose, e.kind, CAST(SUM(p.cents) AS BIGINT) FROM ledger_posting p "
    "JOIN ledger_entry e ON e.book = p.book AND e.number = p.number WHERE p.book = $1 "
    "AND p.recipient <> '' AND p.currency = $2 AND e.effective_day <= $3 GROUP BY p.purpose, "
    "e.kind";
constexpr char kBook[] =
    "SELECT recipient, purpose, detail, CAST(SUM(cents) AS BIGINT) FROM ledger_posting "
    "WHERE book = $1 AND recipient >= $2 AND recipient <= $3 AND currency = $4 "
    "GROUP BY recipient, purpose, detail ORDER BY recipient, purpose, detail";
// What the last report of a year until then says, of each recipient.
constexpr char kReserved[] =
    "SELECT recipient, reserved_cents FROM spending_report WHERE grant_id = $1 AND year <= $2 "
    "AND recipient >= $3 AND recipient <= $4 ORDER BY recipient, year, version";

void Count(std::optional<Purpose> purpose, bool repayment, int64_t cents, FundPosition& position) {
  if (!purpose.has_value()) return;
  switch (*purpose) {
    case Purpose::kPaid:
      position.remaining += cents;
      break;
    case Purpose::kSpent:
      position.spent += cents;
      break;
    case Purpose::kRecoverable:
      position.recoverable += cents;
      if (repayment) position.recovered -= cents;
      break;
    case Purpose::kCarriedOver:
      position.carried_over += cents;
      break;
    default:
      break;  // What was not paid to it.
  }
}

std::optional<Category> CategoryNamed(std::string_view name) {
  for (size_t i = 0; i < kCategories; ++i) {
    if (NameOf(static_cast<Category>(i)) == name) return static_cast<Category>(i);
  }
  return std::nullopt;
}

void Finish(FundPosition& position) {
  position.received = position.remaining + position.spent + position.recoverable +
                      position.recovered + position.carried_over;
  position.remaining -= position.reserved;
}

}  // namespace

int64_t BookPosition::spent_total() const {
  return std::accumulate(spent.begin(), spent.end(), int64_t{0});
}

absl::StatusOr<std::vector<std::string>> BooksOf(sql::Transaction& transaction,
                                                 std::string_view grant) {
  std::vector<std::string> books;
  // The ids of grants hold nothing that LIKE would take for more than itself.
  RETURN_IF_ERROR(transaction.Query("SELECT book FROM ledger_head WHERE book LIKE $1 ORDER BY book",
                                    {absl::StrCat(Av(grant), "/%")},
                                    [&](const sql::Row& row) { books.push_back(row.String(0)); }));
  return books;
}

absl::Status ReadPositions(sql::Transaction& transaction, const GrantId& grant, absl::CivilDay day,
                           const RecipientRange& range,
                           std::map<std::string, FundPosition>& positions) {
  ASSIGN_OR_RETURN(const std::vector<std::string> books, BooksOf(transaction, grant.grant));
  std::map<std::string, FundPosition> read;
  for (const std::string& book : books) {
    RETURN_IF_ERROR(transaction.Query(
        kPostings, {book, range.first, range.last, grant.currency.code(), FormatDay(day)},
        [&](const sql::Row& row) {
          Count(PurposeNamed(row.Text(1)), row.Text(2) == NameOf(EntryKind::kRepayment),
                row.Int64(3), read[row.String(0)]);
        }));
  }
  RETURN_IF_ERROR(transaction.Query(kReserved, {grant.grant, day.year(), range.first, range.last},
                                    [&](const sql::Row& row) {
                                      const auto found = read.find(row.String(0));
                                      if (found != read.end())
                                        found->second.reserved = row.Int64(1);  // The last counts.
                                    }));
  for (auto& [recipient, position] : read) Finish(position);
  positions.merge(read);
  return absl::OkStatus();
}

absl::StatusOr<FundPosition> ReadTotal(sql::Transaction& transaction, const GrantId& grant,
                                       absl::CivilDay day) {
  FundPosition total;
  ASSIGN_OR_RETURN(const std::vector<std::string> books, BooksOf(transaction, grant.grant));
  for (const std::string& book : books) {
    RETURN_IF_ERROR(transaction.Query(
        kTotals, {book, grant.currency.code(), FormatDay(day)}, [&](const sql::Row& row) {
          Count(PurposeNamed(row.Text(0)), row.Text(1) == NameOf(EntryKind::kRepayment),
                row.Int64(2), total);
        }));
  }
  std::map<std::string, int64_t> reserved;
  RETURN_IF_ERROR(transaction.Query(
      kReserved, {grant.grant, day.year(), kFirstRecipient, kLastRecipient},
      [&](const sql::Row& row) { reserved.insert_or_assign(row.String(0), row.Int64(1)); }));
  for (const auto& [recipient, cents] : reserved) total.reserved += cents;
  Finish(total);
  return total;
}

absl::StatusOr<std::vector<std::string>> RecipientsAfter(sql::Transaction& transaction,
                                                         const GrantId& grant,
                                                         std::string_view after, size_t limit) {
  std::set<std::string> found;
  ASSIGN_OR_RETURN(const std::vector<std::string> books, BooksOf(transaction, grant.grant));
  for (const std::string& book : books) {
    RETURN_IF_ERROR(transaction.Query(
        "SELECT DISTINCT recipient FROM ledger_posting WHERE book = $1 AND recipient > $2 "
        "ORDER BY recipient LIMIT $3",
        {book, after, static_cast<int64_t>(limit)},
        [&](const sql::Row& row) { found.insert(row.String(0)); }));
  }
  std::vector<std::string> recipients(found.begin(), found.end());
  if (recipients.size() > limit) recipients.resize(limit);
  return recipients;
}

absl::Status ReadBook(sql::Transaction& transaction, const std::string& book, Currency currency,
                      const RecipientRange& range,
                      absl::FunctionRef<void(const std::string&, const BookPosition&)> visit) {
  std::string recipient;
  BookPosition position{.book = book};
  RETURN_IF_ERROR(transaction.Query(
      kBook, {book, range.first, range.last, currency.code()}, [&](const sql::Row& row) {
        if (row.Text(0) != recipient) {
          if (!recipient.empty()) visit(recipient, position);
          recipient = row.String(0);
          position = {.book = book};
        }
        const std::optional<Purpose> purpose = PurposeNamed(row.Text(1));
        if (purpose == Purpose::kPaid) position.paid += row.Int64(3);
        if (purpose != Purpose::kSpent) return;
        const std::optional<Category> category = CategoryNamed(row.Text(2));
        position.spent[static_cast<size_t>(category.value_or(Category::kNone))] += row.Int64(3);
      }));
  if (!recipient.empty()) visit(recipient, position);
  return absl::OkStatus();
}

absl::Status ReadOverpaid(sql::Transaction& transaction, std::string_view book, Currency currency,
                          absl::FunctionRef<void(const Overpaid&)> visit) {
  return transaction.Query(
      "SELECT recipient, detail, CAST(SUM(cents) AS BIGINT) FROM ledger_posting "
      "WHERE book = $1 AND purpose = 'carried_over' AND currency = $2 GROUP BY recipient, detail "
      "HAVING SUM(cents) > 0 ORDER BY recipient, detail",
      {book, currency.code()}, [&](const sql::Row& row) {
        visit({row.String(0), row.String(1), row.Int64(2)});
      });
}

}  // namespace vg::funding
