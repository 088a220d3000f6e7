#include "services/funding/storage/positions.h"

#include <numeric>
#include <optional>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/ledger/ledger.h"

namespace vg::funding {
namespace {

// The books of a grant: its ids hold nothing that LIKE would take for more than itself.
std::string BooksOf(const GrantId& grant) { return absl::StrCat(grant.grant, "/%"); }

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

}  // namespace

int64_t BookPosition::spent_total() const {
  return std::accumulate(spent.begin(), spent.end(), int64_t{0});
}

absl::StatusOr<std::map<std::string, FundPosition>> ReadPositions(sql::Transaction& transaction,
                                                                  const GrantId& grant,
                                                                  absl::CivilDay day,
                                                                  std::string_view only) {
  std::map<std::string, FundPosition> positions;
  RETURN_IF_ERROR(transaction.Query(
      "SELECT p.recipient, p.purpose, e.kind, CAST(SUM(p.cents) AS BIGINT) FROM ledger_posting p "
      "JOIN ledger_entry e ON e.book = p.book AND e.number = p.number WHERE p.book LIKE $1 "
      "AND p.recipient <> '' AND ($4 = '' OR p.recipient = $4) AND p.currency = $2 "
      "AND e.effective_day <= $3 GROUP BY p.recipient, p.purpose, e.kind "
      "ORDER BY p.recipient, p.purpose, e.kind",
      {BooksOf(grant), grant.currency.code(), FormatDay(day), only}, [&](const sql::Row& row) {
        Count(PurposeNamed(row.Text(1)), row.Text(2) == NameOf(EntryKind::kRepayment), row.Int64(3),
              positions[row.String(0)]);
      }));
  RETURN_IF_ERROR(transaction.Query(
      "SELECT recipient, reserved_cents FROM spending_report WHERE grant_id = $1 AND year <= $2 "
      "AND ($3 = '' OR recipient = $3) ORDER BY recipient, year, version",
      {grant.grant, day.year(), only}, [&](const sql::Row& row) {
        const auto found = positions.find(row.String(0));
        if (found != positions.end()) found->second.reserved = row.Int64(1);  // The last counts.
      }));
  for (auto& [recipient, position] : positions) {
    position.received = position.remaining + position.spent + position.recoverable +
                        position.recovered + position.carried_over;
    position.remaining -= position.reserved;
  }
  return positions;
}

absl::StatusOr<std::vector<BookPosition>> ReadBooks(sql::Transaction& transaction,
                                                    const GrantId& grant,
                                                    std::string_view recipient) {
  std::vector<BookPosition> books;
  RETURN_IF_ERROR(transaction.Query(
      "SELECT book, purpose, detail, CAST(SUM(cents) AS BIGINT) FROM ledger_posting "
      "WHERE book LIKE $1 AND recipient = $2 AND currency = $3 GROUP BY book, purpose, detail "
      "ORDER BY book, purpose, detail",
      {BooksOf(grant), recipient, grant.currency.code()}, [&](const sql::Row& row) {
        if (books.empty() || books.back().book != row.Text(0)) {
          books.push_back({.book = row.String(0)});
        }
        const std::optional<Purpose> purpose = PurposeNamed(row.Text(1));
        if (purpose == Purpose::kPaid) books.back().paid += row.Int64(3);
        if (purpose != Purpose::kSpent) return;
        const std::optional<Category> category = CategoryNamed(row.Text(2));
        books.back().spent[static_cast<size_t>(category.value_or(Category::kNone))] += row.Int64(3);
      }));
  return books;
}

}  // namespace vg::funding
