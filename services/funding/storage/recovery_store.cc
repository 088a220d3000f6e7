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
#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/storage/ledger_store.h"

namespace vg::funding {
namespace {

constexpr char kClaims[] =
    "SELECT recipient, CAST(SUM(cents) AS BIGINT), CAST(SUM(repaid_cents) AS BIGINT) "
    "FROM recovery_line WHERE recovery = $1 AND recipient > $2 GROUP BY recipient "
    "ORDER BY recipient LIMIT $3";

// What is claimed of one recipient in one book.
struct Part {
  std::string recipient;
  std::string book;
  int64_t cents = 0;
};

absl::StatusOr<std::optional<RecoveryRow>> FindIn(sql::Transaction& transaction,
                                                  std::string_view id) {
  std::optional<RecoveryRow> found;
  RETURN_IF_ERROR(
      transaction
          .QueryOne("SELECT id, grant_id, day, currency, cents, line_count, create_time, "
                    "created_by FROM recovery WHERE id = $1",
                    {id},
                    [&](const sql::Row& row) -> absl::Status {
                      RecoveryRow read{.id = row.String(0),
                                       .grant = row.String(1),
                                       .line_count = row.Int64(5),
                                       .create_time = row.Time(6),
                                       .created_by = row.String(7)};
                      ASSIGN_OR_RETURN(read.day, ParseDay(row.Text(2)));
                      ASSIGN_OR_RETURN(const Currency currency, Currency::FromCode(row.Text(3)));
                      read.total = {row.Int64(4), currency};
                      read.recovered = {0, currency};
                      found = std::move(read);
                      return absl::OkStatus();
                    })
          .status());
  if (!found.has_value()) return found;
  ASSIGN_OR_RETURN(const std::optional<int64_t> repaid,
                   transaction.QueryInt64("SELECT CAST(SUM(repaid_cents) AS BIGINT) "
                                          "FROM recovery_line WHERE recovery = $1",
                                          {id}));
  found->recovered.cents = repaid.value_or(0);
  return found;
}

absl::StatusOr<std::vector<RecoveryClaim>> ClaimsIn(sql::Transaction& transaction,
                                                    std::string_view id, std::string_view after,
                                                    size_t limit) {
  std::vector<RecoveryClaim> claims;
  RETURN_IF_ERROR(transaction.Query(kClaims, {id, after, static_cast<int64_t>(limit)},
                                    [&](const sql::Row& row) {
                                      claims.push_back({row.String(0), row.Int64(1), row.Int64(2)});
                                    }));
  return claims;
}

// What is paid and not spent: by recipient, newest book first, never more than the recipient has
// over all books (money of one year may have been spent in the next).
absl::StatusOr<std::vector<Part>> Unspent(sql::Transaction& transaction, const GrantId& grant) {
  std::map<std::string, std::vector<std::pair<std::string, int64_t>>> paid;
  RETURN_IF_ERROR(transaction.Query(
      "SELECT recipient, book, CAST(SUM(cents) AS BIGINT) FROM ledger_posting "
      "WHERE book LIKE $1 AND purpose = 'paid' AND currency = $2 GROUP BY recipient, book "
      "ORDER BY recipient, book DESC",
      {absl::StrCat(grant.grant, "/%"), grant.currency.code()},
      [&](const sql::Row& row) { paid[row.String(0)].emplace_back(row.String(1), row.Int64(2)); }));
  std::vector<Part> parts;
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

RecoveryResult ResultOf(const RecoveryDraft& draft, const std::vector<Part>& parts) {
  RecoveryResult result;
  result.recovery = {.id = draft.id,
                     .grant = draft.grant.grant,
                     .day = draft.day,
                     .total = {0, draft.grant.currency},
                     .recovered = {0, draft.grant.currency},
                     .create_time = draft.now,
                     .created_by = draft.actor};
  for (const Part& part : parts) {
    if (result.claims.empty() || result.claims.back().recipient != part.recipient) {
      result.claims.push_back({.recipient = part.recipient});
    }
    result.claims.back().cents += part.cents;
    result.recovery.total.cents += part.cents;
  }
  result.recovery.line_count = static_cast<int64_t>(result.claims.size());
  return result;
}

absl::Status Insert(sql::Transaction& transaction, const RecoveryRow& row,
                    const std::vector<Part>& parts) {
  RETURN_IF_ERROR(
      transaction
          .Execute("INSERT INTO recovery (id, grant_id, day, currency, cents, line_count, "
                   "create_time, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                   {row.id, row.grant, FormatDay(row.day), row.total.currency.code(),
                    row.total.cents, row.line_count, row.create_time, row.created_by})
          .status());
  auto next = parts.begin();
  return transaction
      .Append("recovery_line", {"recovery", "recipient", "book", "cents", "repaid_cents"},
              [&](std::vector<sql::Value>& values) -> absl::StatusOr<bool> {
                if (next == parts.end()) return false;
                values = {row.id, next->recipient, next->book, next->cents, int64_t{0}};
                ++next;
                return true;
              })
      .status();
}

std::string DetailOf(std::string_view recovery) { return absl::StrCat("unspent:", Av(recovery)); }

absl::Status PostClaims(sql::Transaction& transaction, const RecoveryDraft& draft,
                        const std::vector<Part>& parts) {
  std::map<std::string, std::vector<Entry>> by_book;
  for (const Part& part : parts) {
    const Money amount{part.cents, draft.grant.currency};
    by_book[part.book].push_back(
        {.id = absl::StrCat("recovery:", draft.id, ":", part.recipient),
         .kind = EntryKind::kRecovery,
         .effective = draft.day,
         .actor = draft.actor,
         .reason = "unspent at the end of the spending period",
         .source = absl::StrCat("recoveries/", draft.id),
         .postings = {{part.recipient, Purpose::kPaid, {-part.cents, amount.currency}, ""},
                      {part.recipient, Purpose::kRecoverable, amount, DetailOf(draft.id)}}});
  }
  for (const auto& [book, entries] : by_book) {
    RETURN_IF_ERROR(AppendEntries(transaction, book, entries, draft.now).status());
  }
  return absl::OkStatus();
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
                           "FROM recovery_line WHERE recovery = $1 AND recipient = $2 "
                           "GROUP BY recipient",
                           {recovery, recipient}, [&](const sql::Row& row) {
                             claim.cents = row.Int64(0);
                             claim.repaid_cents = row.Int64(1);
                           }));
  if (!found) return NotFound(absl::StrCat("recoveries/", Av(recovery), "/", Av(recipient)));
  return claim;
}

absl::Status PostSettlement(sql::Transaction& transaction, const Settlement& settlement,
                            absl::Time now, std::string_view actor) {
  std::vector<Part> open;
  RETURN_IF_ERROR(
      transaction.Query("SELECT book, cents - repaid_cents FROM recovery_line "
                        "WHERE recovery = $1 AND recipient = $2 ORDER BY book",
                        {settlement.recovery, settlement.recipient}, [&](const sql::Row& row) {
                          open.push_back({settlement.recipient, row.String(0), row.Int64(1)});
                        }));
  int64_t left = settlement.amount.cents;
  for (const Part& part : open) {
    const int64_t cents = std::min(left, part.cents);
    if (cents <= 0) continue;
    left -= cents;
    const Currency currency = settlement.amount.currency;
    const Entry entry{
        .id = absl::StrCat("repayment:", settlement.recovery, ":", settlement.reference),
        .kind = EntryKind::kRepayment,
        .effective = settlement.day,
        .actor = std::string(actor),
        .reason = absl::StrCat("paid back: ", settlement.reference),
        .source = absl::StrCat("recoveries/", settlement.recovery),
        .postings = {{settlement.recipient,
                      Purpose::kRecoverable,
                      {-cents, currency},
                      DetailOf(settlement.recovery)},
                     {"", Purpose::kAvailable, {cents, currency}, ""}}};
    RETURN_IF_ERROR(AppendEntries(transaction, part.book, {&entry, 1}, now).status());
    RETURN_IF_ERROR(transaction
                        .Execute("UPDATE recovery_line SET repaid_cents = repaid_cents + $4 "
                                 "WHERE recovery = $1 AND recipient = $2 AND book = $3",
                                 {settlement.recovery, settlement.recipient, part.book, cents})
                        .status());
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
    ASSIGN_OR_RETURN(const std::vector<Part> parts, Unspent(transaction, draft.grant));
    result = ResultOf(draft, parts);
    return absl::OkStatus();
  }));
  return result;
}

absl::StatusOr<RecoveryResult> RecoveryStore::Recover(const RecoveryDraft& draft) {
  RecoveryResult result;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<RecoveryRow> present, FindIn(transaction, draft.id));
    if (present.has_value()) {
      if (present->grant != draft.grant.grant) return RecoveryExists(draft.id, present->grant);
      result.recovery = *present;
      ASSIGN_OR_RETURN(result.claims, ClaimsIn(transaction, draft.id, "",
                                               static_cast<size_t>(present->line_count)));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const std::vector<Part> parts, Unspent(transaction, draft.grant));
    if (parts.empty()) return NothingToRecover(draft.grant.grant);
    result = ResultOf(draft, parts);
    RETURN_IF_ERROR(Insert(transaction, result.recovery, parts));
    return PostClaims(transaction, draft, parts);
  }));
  return result;
}

absl::StatusOr<RecoveryClaim> RecoveryStore::Settle(const Settlement& settlement, absl::Time now,
                                                    std::string_view actor) {
  RecoveryClaim claim;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<RecoveryRow> recovery,
                     FindIn(transaction, settlement.recovery));
    if (!recovery.has_value()) return NotFound(absl::StrCat("recoveries/", settlement.recovery));
    if (settlement.amount.cents <= 0 || settlement.amount.currency != recovery->total.currency) {
      return InvalidField(
          "amount", "BAD_AMOUNT",
          absl::StrCat("must be above zero, in ", Av(recovery->total.currency.code())));
    }
    ASSIGN_OR_RETURN(claim, ClaimOn(transaction, settlement.recovery, settlement.recipient));
    ASSIGN_OR_RETURN(const bool settled, Settled(transaction, settlement));
    if (settled) return absl::OkStatus();
    if (settlement.amount.cents > claim.cents - claim.repaid_cents) {
      return MoreThanClaimed(settlement.recipient,
                             {claim.cents - claim.repaid_cents, recovery->total.currency});
    }
    RETURN_IF_ERROR(PostSettlement(transaction, settlement, now, actor));
    claim.repaid_cents += settlement.amount.cents;
    return absl::OkStatus();
  }));
  return claim;
}

absl::StatusOr<std::optional<RecoveryRow>> RecoveryStore::Find(std::string_view id) {
  std::optional<RecoveryRow> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindIn(transaction, id));
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
