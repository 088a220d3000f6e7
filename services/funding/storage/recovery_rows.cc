#include "services/funding/storage/recovery_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/storage/ledger_store.h"

namespace vg::funding {
namespace {

constexpr char kClaims[] =
    "SELECT recipient, CAST(SUM(cents) AS BIGINT), CAST(SUM(repaid_cents) AS BIGINT) "
    "FROM recovery_claim WHERE recovery = $1 AND recipient > $2 GROUP BY recipient "
    "ORDER BY recipient LIMIT $3";

}  // namespace

std::string ClaimDetail(std::string_view recovery) {
  return absl::StrCat("unspent:", Av(recovery));
}

absl::StatusOr<std::optional<RecoveryRow>> FindRecovery(sql::Transaction& transaction,
                                                        std::string_view id) {
  std::optional<RecoveryRow> found;
  RETURN_IF_ERROR(
      transaction
          .QueryOne("SELECT id, grant_id, day, currency, cents, line_count, create_time, "
                    "created_by, reversed, overpaid_only FROM recovery WHERE id = $1",
                    {id},
                    [&](const sql::Row& row) -> absl::Status {
                      RecoveryRow read{.id = row.String(0),
                                       .grant = row.String(1),
                                       .line_count = row.Int64(5),
                                       .create_time = row.Time(6),
                                       .created_by = row.String(7),
                                       .reversed = row.Bool(8),
                                       .overpaid_only = row.Bool(9)};
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
                                          "FROM recovery_claim WHERE recovery = $1",
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

absl::Status InsertRecovery(sql::Transaction& transaction, const RecoveryRow& row,
                            const std::vector<ClaimPart>& parts) {
  RETURN_IF_ERROR(
      transaction
          .Execute(
              "INSERT INTO recovery (id, grant_id, day, currency, cents, line_count, "
              "create_time, created_by, overpaid_only) "
              "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
              {row.id, row.grant, FormatDay(row.day), row.total.currency.code(), row.total.cents,
               row.line_count, row.create_time, row.created_by, row.overpaid_only})
          .status());
  auto next = parts.begin();
  return transaction
      .Append(
          "recovery_claim", {"recovery", "recipient", "book", "detail", "cents", "repaid_cents"},
          [&](std::vector<sql::Value>& values) -> absl::StatusOr<bool> {
            if (next == parts.end()) return false;
            values = {row.id, next->recipient, next->book, next->detail, next->cents, int64_t{0}};
            ++next;
            return true;
          })
      .status();
}

absl::Status PostClaims(sql::Transaction& transaction, const RecoveryDraft& draft,
                        std::string_view reason, const std::vector<ClaimPart>& parts) {
  // An entry a book and recipient.
  std::map<std::string, std::vector<Entry>> by_book;
  for (const ClaimPart& part : parts) {
    if (part.cents == part.posted) continue;
    const std::string id = absl::StrCat("recovery:", draft.id, ":", part.recipient);
    std::vector<Entry>& entries = by_book[part.book];
    if (entries.empty() || entries.back().id != id) {
      entries.push_back({.id = id,
                         .kind = EntryKind::kRecovery,
                         .effective = draft.day,
                         .actor = draft.actor,
                         .reason = std::string(reason),
                         .source = absl::StrCat("recoveries/", draft.id),
                         .reverses = "",
                         .postings = {}});
    }
    const Money amount{part.cents - part.posted, draft.grant.currency};
    const Money less{-amount.cents, amount.currency};
    const bool overpaid = !part.detail.empty();
    std::vector<Posting>& postings = entries.back().postings;
    postings.push_back(
        {part.recipient, overpaid ? Purpose::kCarriedOver : Purpose::kPaid, less, part.detail});
    postings.push_back({part.recipient, Purpose::kRecoverable, amount,
                        overpaid ? part.detail : ClaimDetail(draft.id)});
  }
  for (const auto& [book, entries] : by_book) {
    RETURN_IF_ERROR(AppendEntries(transaction, book, entries, draft.now).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> RecoverableOf(sql::Transaction& transaction, const ClaimPart& claim,
                                      Currency currency) {
  ASSIGN_OR_RETURN(
      const std::optional<int64_t> cents,
      transaction.QueryInt64("SELECT CAST(COALESCE(SUM(cents), 0) AS BIGINT) FROM ledger_posting "
                             "WHERE book = $1 AND recipient = $2 AND purpose = 'recoverable' "
                             "AND detail = $3 AND currency = $4",
                             {claim.book, claim.recipient, claim.detail, currency.code()}));
  return std::max<int64_t>(cents.value_or(0), 0);
}

}  // namespace vg::funding
