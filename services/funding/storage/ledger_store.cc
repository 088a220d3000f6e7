#include "services/funding/storage/ledger_store.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/storage/ledger_head.h"
#include "services/funding/storage/ledger_rows.h"

namespace vg::funding {
namespace {

constexpr char kBooks[] =
    "SELECT book, next, digest, recorded_time FROM ledger_head WHERE next > 1 ORDER BY book";

constexpr char kCountPostings[] = "SELECT COUNT(*) FROM ledger_posting WHERE book = $1";

// $1 book, $2 last effective day, $3 last recorded time.
constexpr char kPostingsAt[] =
    "FROM ledger_posting p JOIN ledger_entry e ON e.book = p.book AND e.number = p.number "
    "WHERE p.book = $1 AND e.effective_day <= $2 AND e.recorded_time <= $3 ";

constexpr char kUnplanned[] =
    "SELECT CAST(COALESCE(SUM(ABS(off)), 0) AS BIGINT) FROM (SELECT SUM(cents) AS off FROM ("
    "SELECT book, recipient, currency, purpose, cents FROM ledger_posting "
    "WHERE purpose IN ('committed', 'payable') "
    "UNION ALL SELECT book, recipient, currency, "
    "CASE state WHEN 'planned' THEN 'committed' ELSE 'payable' END, -cents "
    "FROM planned_payment WHERE state IN ('planned', 'ordered')) AS sides "
    "GROUP BY book, recipient, currency, purpose) AS sums";
constexpr char kUnbalanced[] =
    "SELECT CAST(COALESCE(SUM(ABS(off)), 0) AS BIGINT) FROM ("
    "SELECT SUM(cents) AS off FROM ledger_posting GROUP BY book, number, currency) AS sums";

std::string LastDay(const Moment& moment) {
  return FormatDay(moment.effective.value_or(absl::CivilDay(9999, 12, 31)));
}
int64_t LastTime(const Moment& moment) {
  return moment.recorded.has_value() ? absl::ToUnixMicros(*moment.recorded)
                                     : std::numeric_limits<int64_t>::max();
}

absl::StatusOr<Balance> ReadBalance(const sql::Row& row) {
  const std::optional<Purpose> purpose = PurposeNamed(row.Text(1));
  const absl::StatusOr<Currency> currency = Currency::FromCode(row.Text(2));
  if (!purpose.has_value() || !currency.ok()) {
    return absl::DataLossError("a stored posting has an account that does not exist");
  }
  return Balance{{row.String(0), *purpose, *currency}, row.Int64(3)};
}

// What is wrong with `stored`, whose predecessor has the digest `before`; empty: nothing.
std::string FaultOf(const StoredEntry& stored, std::string_view book, int64_t expected,
                    std::string_view before) {
  const RecordedEntry& recorded = stored.recorded;
  if (recorded.number != expected) return absl::StrCat("entry ", expected, " is missing");
  const absl::Status sound = CheckEntry(recorded.entry);
  if (!sound.ok()) return std::string(sound.message());
  if (ContentDigest(recorded.entry) != stored.content_digest) {
    return "what it says is not what was posted";
  }
  if (ChainDigest(before, book, recorded.number, recorded.recorded, stored.content_digest) !=
      recorded.digest) {
    return "its digest does not follow from it and the entry before";
  }
  return "";
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> LedgerStore::Append(std::string_view book,
                                                         std::span<const Entry> entries,
                                                         absl::Time now) {
  std::vector<int64_t> numbers;
  RETURN_IF_ERROR(database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(numbers, AppendEntries(transaction, book, entries, now));
        return absl::OkStatus();
      },
      sql::Isolation::kReadCommitted));
  return numbers;
}

absl::StatusOr<std::vector<Book>> LedgerStore::Books() {
  std::vector<Book> books;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    books.clear();
    return transaction.Query(kBooks, {}, [&](const sql::Row& row) {
      books.push_back({row.String(0), row.Int64(1) - 1, row.String(2), row.Time(3)});
    });
  }));
  return books;
}

absl::StatusOr<std::vector<Balance>> LedgerStore::Balances(
    std::string_view book, const Moment& moment, std::optional<std::string_view> recipient,
    const std::optional<Account>& after, size_t limit) {
  // A page of accounts is among as many recipients, and one more: that of `after` may have no other
  // account. Without that bound each page would add up the rest of the book.
  static const auto& sql = *new std::string(absl::StrCat(
      "SELECT p.recipient, p.purpose, p.currency, CAST(SUM(p.cents) AS BIGINT) ", kPostingsAt,
      "AND p.recipient >= $4 AND p.recipient <= (SELECT MAX(near.recipient) FROM ("
      "SELECT DISTINCT p.recipient ",
      kPostingsAt,
      "AND p.recipient >= $4 ORDER BY p.recipient LIMIT $7 + 1) near) "
      "AND (p.recipient, p.purpose, p.currency) > ($4, $5, $6) "
      "GROUP BY p.recipient, p.purpose, p.currency "
      "ORDER BY p.recipient, p.purpose, p.currency LIMIT $7"));
  // By the index of recipients; without the list of numbers SQLite reads the whole book.
  static const auto& of_one = *new std::string(absl::StrCat(
      "SELECT p.recipient, p.purpose, p.currency, CAST(SUM(p.cents) AS BIGINT) ", kPostingsAt,
      "AND p.recipient = $4 AND p.number IN (SELECT number FROM ledger_posting "
      "WHERE book = $1 AND recipient = $4) AND (p.purpose, p.currency) > ($5, $6) "
      "GROUP BY p.recipient, p.purpose, p.currency ORDER BY p.purpose, p.currency LIMIT $7"));
  const std::string purpose(after.has_value() ? NameOf(after->purpose) : "");
  const std::string currency(after.has_value() ? after->currency.code() : "");
  const std::string from(recipient.has_value() ? *recipient
                                               : (after.has_value() ? after->recipient : ""));
  std::vector<Balance> balances;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    balances.clear();
    return transaction.Query(recipient.has_value() ? of_one : sql,
                             {book, LastDay(moment), LastTime(moment), from, purpose, currency,
                              static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) -> absl::Status {
                               ASSIGN_OR_RETURN(balances.emplace_back(), ReadBalance(row));
                               return absl::OkStatus();
                             });
  }));
  return balances;
}

absl::StatusOr<std::vector<Balance>> LedgerStore::Totals(std::string_view book,
                                                         const Moment& moment) {
  static const auto& sql = *new std::string(
      absl::StrCat("SELECT '', p.purpose, p.currency, CAST(SUM(p.cents) AS BIGINT) ", kPostingsAt,
                   "GROUP BY p.purpose, p.currency ORDER BY p.purpose, p.currency"));
  std::vector<Balance> totals;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    totals.clear();
    return transaction.Query(sql, {book, LastDay(moment), LastTime(moment)},
                             [&](const sql::Row& row) -> absl::Status {
                               ASSIGN_OR_RETURN(totals.emplace_back(), ReadBalance(row));
                               return absl::OkStatus();
                             });
  }));
  return totals;
}

absl::StatusOr<std::vector<RecordedEntry>> LedgerStore::Entries(std::string_view book,
                                                                const EntryFilter& filter,
                                                                int64_t after, size_t limit) {
  static const auto& sql = *new std::string(absl::StrCat(
      kEntryColumns,
      "WHERE e.book = $1 AND e.number IN (SELECT number FROM ledger_entry WHERE book = $1 "
      "AND number > $2 AND ($3 = '' OR source = $3) AND ($4 = '' OR kind = $4) "
      "ORDER BY number LIMIT $5)",
      kEntryOrder));
  // By the index of recipients; a table in reading order would read the whole book.
  static const auto& of_one = *new std::string(absl::StrCat(
      kEntryColumns,
      "WHERE e.book = $1 AND e.number IN (SELECT o.number FROM ledger_entry o WHERE o.book = $1 "
      "AND ($3 = '' OR o.source = $3) AND ($4 = '' OR o.kind = $4) AND o.number IN ("
      "SELECT number FROM ledger_posting WHERE book = $1 AND recipient = $6 AND number > $2) "
      "ORDER BY o.number LIMIT $5)",
      kEntryOrder));
  const std::string kind(filter.kind.has_value() ? NameOf(*filter.kind) : "");
  std::vector<sql::Value> params = {book, after, filter.source, kind, static_cast<int64_t>(limit)};
  if (!filter.recipient.empty()) params.emplace_back(filter.recipient);
  std::vector<RecordedEntry> entries;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    entries.clear();
    return VisitEntries(transaction, filter.recipient.empty() ? sql : of_one, params,
                        [&](StoredEntry stored) {
                          entries.push_back(std::move(stored.recorded));
                          return absl::OkStatus();
                        });
  }));
  return entries;
}

absl::StatusOr<std::optional<RecordedEntry>> LedgerStore::FindEntry(std::string_view book,
                                                                    std::string_view id) {
  static const auto& sql =
      *new std::string(absl::StrCat(kEntryColumns, "WHERE e.book = $1 AND e.id = $2", kEntryOrder));
  std::optional<RecordedEntry> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    found.reset();
    return VisitEntries(transaction, sql, {book, id}, [&](StoredEntry stored) {
      found = std::move(stored.recorded);
      return absl::OkStatus();
    });
  }));
  return found;
}

absl::StatusOr<Verification> LedgerStore::Verify(std::string_view book) {
  static const auto& sql =
      *new std::string(absl::StrCat(kEntryColumns, "WHERE e.book = $1", kEntryOrder));
  Verification result;
  const absl::Status status = database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    result = {};
    ASSIGN_OR_RETURN(const std::optional<LedgerHead> head, FindHead(transaction, book));
    if (!head.has_value()) return absl::OkStatus();
    int64_t postings = 0;
    RETURN_IF_ERROR(
        VisitEntries(transaction, sql, {book}, [&](const StoredEntry& stored) -> absl::Status {
          postings += static_cast<int64_t>(stored.recorded.entry.postings.size());
          if (!result.fault.empty()) return absl::OkStatus();
          result.fault = FaultOf(stored, book, result.entries + 1, result.digest);
          if (!result.fault.empty()) {
            result.broken_entry = result.entries + 1;
            return absl::OkStatus();
          }
          ++result.entries;
          result.digest = stored.recorded.digest;
          return absl::OkStatus();
        }));
    if (!result.fault.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto counted, transaction.QueryInt64(kCountPostings, {book}));
    if (head->next != result.entries + 1 || head->digest != result.digest) {
      result.broken_entry = result.entries + 1;
      result.fault = absl::StrCat("the book ends after entry ", result.entries,
                                  " and should end after entry ", head->next - 1);
    } else if (counted.value_or(0) != postings) {
      result.broken_entry = result.entries + 1;
      result.fault = "there are postings that belong to no entry";
    }
    return absl::OkStatus();
  });
  // An entry that cannot be read is a finding, unless one before it is broken already.
  if (!absl::IsDataLoss(status)) RETURN_IF_ERROR(status);
  if (absl::IsDataLoss(status) && result.fault.empty()) {
    result.broken_entry = result.entries + 1;
    result.fault = std::string(status.message());
  }
  return result;
}

absl::StatusOr<int64_t> LedgerStore::UnbalancedCents() { return Off(kUnbalanced); }

absl::StatusOr<int64_t> LedgerStore::UnplannedCents() { return Off(kUnplanned); }

absl::StatusOr<int64_t> LedgerStore::Off(std::string_view sql) {
  int64_t cents = 0;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<int64_t> off, transaction.QueryInt64(sql));
    cents = off.value_or(0);
    return absl::OkStatus();
  }));
  return cents;
}

}  // namespace vg::funding
