#include "services/funding/storage/standings.h"

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/storage/spending_rows.h"

namespace vg::funding {
namespace {

// What came to the recipient, wherever it went since; what it paid back came to it all the same.
constexpr char kReceived[] =
    "SELECT p.recipient, CAST(SUM(p.cents) AS BIGINT) FROM ledger_posting p "
    "JOIN ledger_entry e ON e.book = p.book AND e.number = p.number "
    "WHERE p.book = $1 AND p.recipient >= $2 AND p.recipient <= $3 AND p.currency = $4 "
    "AND p.purpose IN ('paid', 'spent', 'recoverable', 'carried_over') "
    "AND e.kind <> 'repayment' AND e.effective_day <= $5 GROUP BY p.recipient";

}  // namespace

absl::StatusOr<std::map<std::string, FundStanding>> ReadStandings(sql::Transaction& transaction,
                                                                  const GrantId& grant,
                                                                  const RecipientRange& range,
                                                                  const std::set<int>& years) {
  std::map<std::string, FundStanding> standings;
  ASSIGN_OR_RETURN(const std::vector<std::string> books, BooksOf(transaction, grant.grant));
  for (const std::string& book : books) {
    RETURN_IF_ERROR(ReadBook(transaction, book, grant.currency, range,
                             [&](const std::string& recipient, const BookPosition& position) {
                               standings[recipient].books.push_back(position);
                             }));
    for (const int year : years) {
      RETURN_IF_ERROR(transaction.Query(
          kReceived,
          {book, range.first, range.last, grant.currency.code(),
           FormatDay(absl::CivilDay(year, 12, 31))},
          [&](const sql::Row& row) { standings[row.String(0)].received[year] += row.Int64(1); }));
    }
  }
  ASSIGN_OR_RETURN(const std::vector<ReportRow> reports,
                   LastReports(transaction, grant.grant, range));
  for (const ReportRow& row : reports) {
    standings[row.report.recipient].reports.insert_or_assign(row.report.year, row.report);
  }
  return standings;
}

}  // namespace vg::funding
