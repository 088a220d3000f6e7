#include "services/funding/storage/recovery_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/accountability/accountability_errors.h"
#include "services/funding/domain/accountability/carry_over.h"
#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/storage/brought_in_rows.h"
#include "services/funding/storage/carry_over_rows.h"
#include "services/funding/storage/ledger_head.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/recovery_rows.h"

namespace vg::funding {
namespace {

constexpr char kClaimedByRelease[] =
    "SELECT posted.recipient, posted.detail, "
    "CAST(posted.cents - COALESCE(claimed.cents, 0) AS BIGINT) FROM ("
    "SELECT recipient, detail, SUM(cents) AS cents FROM ledger_posting WHERE book = $1 "
    "AND purpose = 'recoverable' AND currency = $2 AND detail LIKE 'overpaid:%' "
    "GROUP BY recipient, detail) AS posted LEFT JOIN ("
    "SELECT c.recipient, c.detail, SUM(c.cents - c.repaid_cents) AS cents FROM recovery_claim c "
    "JOIN recovery r ON r.id = c.recovery WHERE c.book = $1 AND c.detail <> '' "
    "AND r.reversed = 0 GROUP BY c.recipient, c.detail) AS claimed "
    "ON claimed.recipient = posted.recipient AND claimed.detail = posted.detail "
    "WHERE posted.cents > COALESCE(claimed.cents, 0) ORDER BY posted.recipient, posted.detail";

// What is paid and not spent: by recipient, newest book first, never more than the recipient has
// over all books (money of one year may have been spent in the next).
absl::StatusOr<std::vector<ClaimPart>> Unspent(sql::Transaction& transaction,
                                               const GrantId& grant) {
  std::map<std::string, std::vector<std::pair<std::string, int64_t>>> paid;
  RETURN_IF_ERROR(transaction.Query(
      "SELECT recipient, book, CAST(SUM(cents) AS BIGINT) FROM ledger_posting "
      "WHERE book LIKE $1 AND purpose = 'paid' AND currency = $2 GROUP BY recipient, book "
      "ORDER BY recipient, book DESC",
      {absl::StrCat(grant.grant, "/%"), grant.currency.code()},
      [&](const sql::Row& row) { paid[row.String(0)].emplace_back(row.String(1), row.Int64(2)); }));
  std::vector<ClaimPart> parts;
  for (const auto& [recipient, books] : paid) {
    int64_t left = 0;
    for (const auto& [book, cents] : books) left += cents;
    for (const auto& [book, cents] : books) {
      const int64_t claimed = std::min(left, std::max<int64_t>(cents, 0));
      if (claimed <= 0) continue;
      parts.push_back({recipient, book, claimed});
      left -= claimed;
    }
  }
  return parts;
}

// Of what was carried over from `school_years`, what is neither spent nor claimed: carried over
// money is the oldest of its book, and goes first.
absl::StatusOr<std::vector<ClaimPart>> ExpiredUnspent(sql::Transaction& transaction,
                                                      const RecoveryDraft& draft) {
  std::map<std::string, std::vector<ClaimPart>> by_recipient;
  for (const std::string& school_year : draft.expired_school_years) {
    const std::string book =
        BookOf(draft.grant.grant, NextSchoolYear(school_year).value_or(school_year));
    std::map<std::string, int64_t> left;
    RETURN_IF_ERROR(transaction.Query(
        "SELECT l.recipient, CAST(SUM(l.cents) AS BIGINT) FROM carry_over_line l "
        "JOIN carry_over c ON c.id = l.carry_over WHERE c.grant_id = $1 AND c.school_year = $2 "
        "AND c.currency = $3 AND c.reverse_time IS NULL GROUP BY l.recipient",
        {draft.grant.grant, school_year, draft.grant.currency.code()},
        [&](const sql::Row& row) { left[row.String(0)] = row.Int64(1); }));
    RETURN_IF_ERROR(transaction.Query(
        "SELECT l.recipient, CAST(SUM(l.cents) AS BIGINT) FROM recovery_claim l "
        "JOIN recovery r ON r.id = l.recovery WHERE l.book = $1 AND l.detail = '' "
        "AND r.reversed = 0 "
        "GROUP BY l.recipient",
        {book}, [&](const sql::Row& row) {
          if (const auto found = left.find(row.String(0)); found != left.end()) {
            found->second -= row.Int64(1);
          }
        }));
    RETURN_IF_ERROR(ReadBook(transaction, book, draft.grant.currency, {},
                             [&](const std::string& recipient, const BookPosition& position) {
                               const auto found = left.find(recipient);
                               if (found == left.end()) return;
                               const int64_t cents =
                                   std::min(position.paid, found->second - position.spent_total());
                               if (cents > 0) {
                                 by_recipient[recipient].push_back({recipient, book, cents});
                               }
                             }));
  }
  std::vector<ClaimPart> parts;
  for (const auto& [recipient, own] : by_recipient) {
    parts.insert(parts.end(), own.begin(), own.end());
  }
  return parts;
}

// Adds what was paid too much: what is left to be settled, and what releases claimed and no
// recovery holds.
absl::Status AddOverpaid(sql::Transaction& transaction, const GrantId& grant,
                         std::vector<ClaimPart>& parts) {
  ASSIGN_OR_RETURN(const std::vector<std::string> books, BooksOf(transaction, grant.grant));
  for (const std::string& book : books) {
    RETURN_IF_ERROR(ReadOverpaid(transaction, book, grant.currency, [&](const Overpaid& one) {
      parts.push_back({one.recipient, book, one.cents, one.detail});
    }));
    RETURN_IF_ERROR(transaction.Query(
        kClaimedByRelease, {book, grant.currency.code()}, [&](const sql::Row& row) {
          auto part = std::ranges::find_if(parts, [&](const ClaimPart& left) {
            return left.book == book && left.recipient == row.Text(0) && left.detail == row.Text(1);
          });
          if (part == parts.end()) {
            part = parts.insert(part, {row.String(0), book, 0, row.String(1)});
          }
          part->cents += row.Int64(2);
          part->posted = row.Int64(2);
        }));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ClaimPart>> Claimable(sql::Transaction& transaction,
                                                 const RecoveryDraft& draft) {
  if (draft.scope == ClaimScope::kExpired) return ExpiredUnspent(transaction, draft);
  std::vector<ClaimPart> parts;
  if (draft.scope == ClaimScope::kAll) {
    ASSIGN_OR_RETURN(parts, Unspent(transaction, draft.grant));
  }
  RETURN_IF_ERROR(AddOverpaid(transaction, draft.grant, parts));
  std::ranges::stable_sort(parts, {}, &ClaimPart::recipient);
  return parts;
}

std::string_view ReasonOf(ClaimScope scope) {
  switch (scope) {
    case ClaimScope::kAll:
      return "unspent at the end of the spending period, or paid too much";
    case ClaimScope::kExpired:
      return "carried over, and unspent at the end of its time";
    case ClaimScope::kOverpaid:
      return "paid too much";
  }
  return "";
}

RecoveryResult ResultOf(const RecoveryDraft& draft, const std::vector<ClaimPart>& parts) {
  RecoveryResult result;
  result.recovery = {.id = draft.id,
                     .grant = draft.grant.grant,
                     .day = draft.day,
                     .total = {0, draft.grant.currency},
                     .recovered = {0, draft.grant.currency},
                     .create_time = draft.now,
                     .created_by = draft.actor,
                     .overpaid_only = draft.scope == ClaimScope::kOverpaid};
  for (const ClaimPart& part : parts) {
    if (result.claims.empty() || result.claims.back().recipient != part.recipient) {
      result.claims.push_back({.recipient = part.recipient});
    }
    result.claims.back().cents += part.cents;
    result.recovery.total.cents += part.cents;
  }
  result.recovery.line_count = static_cast<int64_t>(result.claims.size());
  return result;
}

// True if `settlement` was made before. ALREADY_EXISTS if its reference says something else.
absl::StatusOr<bool> Settled(sql::Transaction& transaction, const Settlement& settlement) {
  bool same = false;
  ASSIGN_OR_RETURN(
      const bool found,
      transaction.QueryOne("SELECT recipient, cents, day FROM recovery_settlement "
                           "WHERE recovery = $1 AND reference = $2",
                           {settlement.recovery, settlement.reference}, [&](const sql::Row& row) {
                             same = row.Text(0) == settlement.recipient &&
                                    row.Int64(1) == settlement.amount.cents &&
                                    row.Text(2) == FormatDay(settlement.day);
                           }));
  if (found && !same) return SettlementExists(settlement.reference);
  return found;
}

absl::StatusOr<RecoveryClaim> ClaimOn(sql::Transaction& transaction, std::string_view recovery,
                                      std::string_view recipient) {
  RecoveryClaim claim{.recipient = std::string(recipient)};
  ASSIGN_OR_RETURN(
      const bool found,
      transaction.QueryOne("SELECT CAST(SUM(cents) AS BIGINT), CAST(SUM(repaid_cents) AS BIGINT) "
                           "FROM recovery_claim WHERE recovery = $1 AND recipient = $2 "
                           "GROUP BY recipient",
                           {recovery, recipient}, [&](const sql::Row& row) {
                             claim.cents = row.Int64(0);
                             claim.repaid_cents = row.Int64(1);
                           }));
  if (!found) return NotFound(absl::StrCat("recoveries/", Av(recovery), "/", Av(recipient)));
  return claim;
}

// What of the claim on the recipient of `settlement` can still be paid back, oldest book first.
absl::StatusOr<std::vector<ClaimPart>> OpenClaims(sql::Transaction& transaction,
                                                  const Settlement& settlement) {
  std::vector<ClaimPart> open;
  RETURN_IF_ERROR(transaction.Query(
      "SELECT book, cents - repaid_cents, detail FROM recovery_claim "
      "WHERE recovery = $1 AND recipient = $2 ORDER BY book, detail",
      {settlement.recovery, settlement.recipient}, [&](const sql::Row& row) {
        open.push_back({settlement.recipient, row.String(0), row.Int64(1), row.String(2)});
      }));
  for (ClaimPart& part : open) {
    if (part.detail.empty()) continue;
    ASSIGN_OR_RETURN(const int64_t held,
                     RecoverableOf(transaction, part, settlement.amount.currency));
    part.cents = std::min(part.cents, held);
  }
  return open;
}

absl::Status PostSettlement(sql::Transaction& transaction, const Settlement& settlement,
                            const std::vector<ClaimPart>& open, absl::Time now,
                            std::string_view actor) {
  std::map<std::string, Entry> entries;  // One a book.
  int64_t left = settlement.amount.cents;
  for (const ClaimPart& part : open) {
    const int64_t cents = std::min(left, part.cents);
    if (cents <= 0) continue;
    left -= cents;
    const Currency currency = settlement.amount.currency;
    Entry& entry = entries[part.book];
    entry.id = absl::StrCat("repayment:", settlement.recovery, ":", settlement.reference);
    entry.kind = EntryKind::kRepayment;
    entry.effective = settlement.day;
    entry.actor = std::string(actor);
    entry.reason = absl::StrCat("paid back: ", settlement.reference);
    entry.source = absl::StrCat("recoveries/", settlement.recovery);
    entry.postings.push_back(
        {settlement.recipient,
         Purpose::kRecoverable,
         {-cents, currency},
         part.detail.empty() ? ClaimDetail(settlement.recovery) : part.detail});
    entry.postings.push_back({"", Purpose::kAvailable, {cents, currency}, ""});
    RETURN_IF_ERROR(
        transaction
            .Execute("UPDATE recovery_claim SET repaid_cents = repaid_cents + $5 "
                     "WHERE recovery = $1 AND recipient = $2 AND book = $3 AND detail = $4",
                     {settlement.recovery, settlement.recipient, part.book, part.detail, cents})
            .status());
  }
  for (const auto& [book, entry] : entries) {
    RETURN_IF_ERROR(AppendEntries(transaction, book, {&entry, 1}, now).status());
  }
  return transaction
      .Execute(
          "INSERT INTO recovery_settlement (recovery, reference, recipient, cents, day) "
          "VALUES ($1, $2, $3, $4, $5)",
          {settlement.recovery, settlement.reference, settlement.recipient, settlement.amount.cents,
           FormatDay(settlement.day)})
      .status();
}

}  // namespace

absl::StatusOr<RecoveryResult> RecoveryStore::Propose(const RecoveryDraft& draft) {
  RecoveryResult result;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<ClaimPart> parts, Claimable(transaction, draft));
    result = ResultOf(draft, parts);
    return absl::OkStatus();
  }));
  return result;
}

absl::StatusOr<RecoveryResult> RecoveryStore::Recover(const RecoveryDraft& draft) {
  RecoveryResult result;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<RecoveryRow> present, FindRecovery(transaction, draft.id));
    if (present.has_value()) {
      if (present->grant != draft.grant.grant ||
          present->overpaid_only != (draft.scope == ClaimScope::kOverpaid)) {
        return RecoveryExists(
            draft.id,
            absl::StrCat(present->overpaid_only ? "what was paid too much of " : "all of ",
                         present->grant));
      }
      result.recovery = *present;
      ASSIGN_OR_RETURN(result.claims, ClaimsIn(transaction, draft.id, "",
                                               static_cast<size_t>(present->line_count)));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const auto carried, FindCarryOver(transaction, draft.id));
    if (carried.has_value()) return RecoveryExists(draft.id, CarryOverName(draft.id));
    ASSIGN_OR_RETURN(const std::vector<std::string> books, BooksOf(transaction, draft.grant.grant));
    for (const std::string& book : books) RETURN_IF_ERROR(LockHead(transaction, book).status());
    if (draft.scope != ClaimScope::kExpired) {
      RETURN_IF_ERROR(RequireNoReleaseUnderWay(transaction, draft.grant.grant));
    }
    ASSIGN_OR_RETURN(const std::vector<ClaimPart> parts, Claimable(transaction, draft));
    if (parts.empty()) return NothingToRecover(draft.grant.grant);
    result = ResultOf(draft, parts);
    RETURN_IF_ERROR(InsertRecovery(transaction, result.recovery, parts));
    return PostClaims(transaction, draft, ReasonOf(draft.scope), parts);
  }));
  return result;
}

absl::StatusOr<RecoveryClaim> RecoveryStore::Settle(const Settlement& settlement, absl::Time now,
                                                    std::string_view actor) {
  RecoveryClaim claim;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<RecoveryRow> recovery,
                     FindRecovery(transaction, settlement.recovery));
    if (!recovery.has_value()) return NotFound(absl::StrCat("recoveries/", settlement.recovery));
    if (recovery->reversed) return RecoveryReversed(recovery->id);
    if (settlement.amount.cents <= 0 || settlement.amount.currency != recovery->total.currency) {
      return InvalidField(
          "amount", "BAD_AMOUNT",
          absl::StrCat("must be above zero, in ", Av(recovery->total.currency.code())));
    }
    ASSIGN_OR_RETURN(claim, ClaimOn(transaction, settlement.recovery, settlement.recipient));
    ASSIGN_OR_RETURN(const bool settled, Settled(transaction, settlement));
    if (settled) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<ClaimPart> open, OpenClaims(transaction, settlement));
    int64_t most = 0;
    for (const ClaimPart& part : open) most += part.cents;
    if (settlement.amount.cents > most) {
      return MoreThanClaimed(settlement.recipient, {most, recovery->total.currency});
    }
    RETURN_IF_ERROR(PostSettlement(transaction, settlement, open, now, actor));
    claim.repaid_cents += settlement.amount.cents;
    return absl::OkStatus();
  }));
  return claim;
}

absl::StatusOr<std::optional<RecoveryRow>> RecoveryStore::Find(std::string_view id) {
  std::optional<RecoveryRow> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindRecovery(transaction, id));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<RecoveryClaim>> RecoveryStore::Claims(std::string_view id,
                                                                 std::string_view after,
                                                                 size_t limit) {
  std::vector<RecoveryClaim> claims;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(claims, ClaimsIn(transaction, id, after, limit));
    return absl::OkStatus();
  }));
  return claims;
}

}  // namespace vg::funding
