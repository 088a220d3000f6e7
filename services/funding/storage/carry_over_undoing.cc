#include "services/funding/storage/carry_over_undoing.h"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/funding/domain/accountability/accountability_errors.h"
#include "services/funding/storage/brought_in_rows.h"
#include "services/funding/storage/carry_over_rows.h"
#include "services/funding/storage/ledger_rows.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/recovery_rows.h"
#include "services/funding/storage/spending_posting.h"
#include "services/funding/storage/standings.h"

namespace vg::funding {
namespace {

// What a carry-over paid to recipients of a book, by moving or by settling.
constexpr char kPosted[] =
    "SELECT p.recipient, CAST(SUM(p.cents) AS BIGINT) FROM ledger_posting p "
    "JOIN ledger_entry e ON e.book = p.book AND e.number = p.number WHERE p.book = $1 "
    "AND e.source = $2 AND p.purpose = 'paid' GROUP BY p.recipient";

// Who stands in the way of undoing it; empty: nobody.
absl::StatusOr<std::string> Obstacle(sql::Transaction& transaction, const CarryOverRow& row,
                                     const std::map<std::string, FundStanding>& standings,
                                     const std::vector<CarryOverPart>& parts) {
  ASSIGN_OR_RETURN(const std::vector<RecoveryClaim> claims,
                   ClaimsIn(transaction, row.id, "", static_cast<size_t>(row.line_count)));
  for (const RecoveryClaim& claim : claims) {
    if (claim.repaid_cents > 0) return claim.recipient;
  }
  const std::string next = NextBook(row.grant, row.school_year);
  std::map<std::string, int64_t> posted;
  RETURN_IF_ERROR(
      transaction.Query(kPosted, {next, CarryOverName(row.id)},
                        [&](const sql::Row& one) { posted[one.String(0)] = one.Int64(1); }));
  for (const CarryOverPart& part : parts) {
    int64_t there = 0;
    for (const BookPosition& book : standings.at(part.recipient).books) {
      if (book.book == next) there = book.paid + book.spent_total();
    }
    if (there < posted[part.recipient]) return part.recipient;
  }
  const std::set<std::string> overpaid = OverpaidIn(parts);
  for (const std::string& book : {next, BookOf(row.grant, row.school_year)}) {
    ASSIGN_OR_RETURN(std::string who,
                     SettledSince(transaction, book, CarryOverName(row.id), overpaid));
    if (!who.empty()) return who;
  }
  return "";
}

absl::Status Mirror(sql::Transaction& transaction, const std::string& book, std::string_view source,
                    const Entry& how, absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<Entry> entries, EntriesFrom(transaction, book, source));
  std::vector<Entry> mirrors;
  mirrors.reserve(entries.size());
  for (const Entry& entry : entries) {
    mirrors.push_back(MirrorOf(entry, how.effective, how.actor, how.reason, how.source));
  }
  return AppendEntries(transaction, book, mirrors, now).status();
}

// Posts what was spent to the books as they are now.
absl::Status Respend(sql::Transaction& transaction, const CarryOverRow& row, Entry head,
                     const std::vector<CarryOverPart>& parts, absl::Time now) {
  using Standings = std::map<std::string, FundStanding>;
  ASSIGN_OR_RETURN(Standings standings,
                   ReadStandings(transaction, {row.grant, row.total.currency},
                                 {parts.front().recipient, parts.back().recipient}, {}));
  EntriesByBook entries;
  head.kind = EntryKind::kSpending;
  head.reason = absl::StrCat(CarryOverName(row.id), " was undone");
  for (const CarryOverPart& part : parts) {
    FundStanding& standing = standings[part.recipient];
    std::array<int64_t, kCategories> spent = {};
    for (const auto& [year, report] : standing.reports) {
      for (size_t i = 0; i < kCategories; ++i) spent[i] += report.cents[i];
    }
    head.id = absl::StrCat("spending:", part.recipient, ":undone:", row.id);
    PostSpending(head, part.recipient, row.total.currency, spent, standing.books, entries);
  }
  for (const auto& [book, added] : entries) {
    RETURN_IF_ERROR(AppendEntries(transaction, book, added, now).status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RequireUndoable(sql::Transaction& transaction, const CarryOverRow& row,
                             const std::vector<CarryOverPart>& parts) {
  ASSIGN_OR_RETURN(const auto standings,
                   ReadStandings(transaction, {row.grant, row.total.currency},
                                 {parts.front().recipient, parts.back().recipient}, {}));
  ASSIGN_OR_RETURN(const std::string who, Obstacle(transaction, row, standings, parts));
  return who.empty() ? absl::OkStatus() : ClaimSettled(row.id, who);
}

absl::Status UndoPostings(sql::Transaction& transaction, const CarryOverRow& row, const Entry& how,
                          const std::vector<CarryOverPart>& parts, absl::Time now) {
  const std::string name = CarryOverName(row.id);
  const std::string from = BookOf(row.grant, row.school_year);
  const std::string next = NextBook(row.grant, row.school_year);
  RETURN_IF_ERROR(Mirror(transaction, from, name, how, now));
  RETURN_IF_ERROR(Mirror(transaction, from, absl::StrCat("recoveries/", row.id), how, now));
  RETURN_IF_ERROR(Mirror(transaction, next, name, how, now));
  RETURN_IF_ERROR(RestorePlans(transaction, next, name, how.source, OverpaidIn(parts)));
  return Respend(transaction, row, how, parts, now);
}

}  // namespace vg::funding
